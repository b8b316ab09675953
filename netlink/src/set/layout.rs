//! [`layouts!`]: structs of the kernel's, as they lie in memory.

/// Declares structs laid out as C does it (`repr(C)`), any bytes of the right length being a value. C's hidden
/// padding must be written as fields.
macro_rules! layouts {
    ($(
        $(#[$doc:meta])*
        pub struct $name:ident { $( $(#[$field_doc:meta])* pub $field:ident: $type:ty ),* $(,)? }
    )*) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, zerocopy::FromBytes, zerocopy::IntoBytes,
            zerocopy::KnownLayout, zerocopy::Immutable,
        )]
        #[repr(C)]
        pub struct $name { $( $(#[$field_doc])* pub $field: $type ),* }

        impl Default for $name {
            /// All zero.
            fn default() -> Self {
                zerocopy::FromZeros::new_zeroed()
            }
        }
    )*};
}
pub(crate) use layouts;
