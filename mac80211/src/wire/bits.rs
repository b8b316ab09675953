//! Words and longer fields whose bits have names.

/// A word of bits, with a reader and a setter for each flag or field. What is not named is kept.
///
/// `reader, setter: bit;` or `reader, setter: lowest bit, width;`, the latter as the word's own type or
/// `as` another.
macro_rules! bits {
    (
        $(#[$meta:meta])*
        pub struct $name:ident($word:ty) {
            $($(#[$field_meta:meta])* $get:ident, $with:ident: $at:literal $(, $width:literal $(as $as:ty)?)?;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name(pub $word);

        impl $name {
            $($crate::wire::bits!(@ $word, $(#[$field_meta])* $get, $with: $at $(, $width $(as $as)?)?);)*
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("bits", &format_args!("{:#x}", self.0))
                    $(.field(stringify!($get), &self.$get()))*
                    .finish()
            }
        }

        $crate::wire::field_as! { $name, $word, Self, |word: Self| word.0; }
    };
    (@ $word:ty, $(#[$meta:meta])* $get:ident, $with:ident: $at:literal) => {
        $(#[$meta])*
        #[must_use]
        pub const fn $get(self) -> bool {
            self.0 >> $at & 1 == 1
        }

        #[doc = concat!("With [`", stringify!($get), "`](Self::", stringify!($get), ") as given.")]
        #[must_use]
        pub const fn $with(self, on: bool) -> Self {
            Self(self.0 & !(1 << $at) | (on as $word) << $at)
        }
    };
    (@ $word:ty, $(#[$meta:meta])* $get:ident, $with:ident: $at:literal, $width:literal) => {
        $crate::wire::bits!(@ $word, $(#[$meta])* $get, $with: $at, $width as $word);
    };
    (@ $word:ty, $(#[$meta:meta])* $get:ident, $with:ident: $at:literal, $width:literal as $as:ty) => {
        $(#[$meta])*
        #[must_use]
        pub const fn $get(self) -> $as {
            (self.0 >> $at & (((1 as $word) << $width) - 1)) as $as
        }

        #[doc = concat!("With [`", stringify!($get), "`](Self::", stringify!($get), ") as given; higher bits are cut off.")]
        #[must_use]
        pub const fn $with(self, value: $as) -> Self {
            let mask = ((1 as $word) << $width) - 1;
            Self(self.0 & !(mask << $at) | (value as $word & mask) << $at)
        }
    };
}

/// A field of up to 16 bytes of bits, read as one number, lowest byte first.
macro_rules! wide_bits {
    (
        $(#[$meta:meta])*
        pub struct $name:ident([u8; $len:literal]) {
            $($(#[$field_meta:meta])* $get:ident, $with:ident: $at:literal $(, $width:literal)?;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            const fn get(self, at: u32, width: u32) -> u16 {
                let mut word = 0_u128;
                let mut n = 0;
                while n < $len {
                    word |= (self.0[n] as u128) << (8 * n);
                    n += 1;
                }
                (word >> at) as u16 & (((1_u32 << width) - 1) as u16)
            }

            const fn with(self, at: u32, width: u32, value: u16) -> Self {
                let mask = ((1_u128 << width) - 1) << at;
                let value = ((value as u128) << at) & mask;
                let mut out = self.0;
                let mut n = 0;
                while n < $len {
                    out[n] = out[n] & !((mask >> (8 * n)) as u8) | (value >> (8 * n)) as u8;
                    n += 1;
                }
                Self(out)
            }

            $($crate::wire::wide_bits!(@ $(#[$field_meta])* $get, $with: $at $(, $width)?);)*
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("bytes", &format_args!("{:02x?}", self.0))
                    $(.field(stringify!($get), &self.$get()))*
                    .finish()
            }
        }

        $crate::wire::field_as! { $name, [u8; $len], Self, |field: Self| field.0; }
    };
    (@ $(#[$meta:meta])* $get:ident, $with:ident: $at:literal) => {
        $(#[$meta])*
        #[must_use]
        pub const fn $get(self) -> bool {
            self.get($at, 1) == 1
        }

        #[doc = concat!("With [`", stringify!($get), "`](Self::", stringify!($get), ") as given.")]
        #[must_use]
        pub const fn $with(self, on: bool) -> Self {
            self.with($at, 1, on as u16)
        }
    };
    (@ $(#[$meta:meta])* $get:ident, $with:ident: $at:literal, $width:literal) => {
        $(#[$meta])*
        #[must_use]
        pub const fn $get(self) -> u16 {
            self.get($at, $width)
        }

        #[doc = concat!("With [`", stringify!($get), "`](Self::", stringify!($get), ") as given; higher bits are cut off.")]
        #[must_use]
        pub const fn $with(self, value: u16) -> Self {
            self.with($at, $width, value)
        }
    };
}

pub(crate) use {bits, wide_bits};
