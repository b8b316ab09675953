//! Attributes: `struct nlattr`, type and length before a value.

use zerocopy::{FromBytes, IntoBytes};

use super::message::zero_filled;
use super::{Malformed, align};

/// `NLA_HDRLEN`.
const HEADER: usize = 4;
/// `NLA_F_NESTED`.
const NESTED: u16 = 1 << 15;
/// `NLA_F_NET_BYTEORDER`.
const NET_BYTEORDER: u16 = 1 << 14;

/// Attributes one after another (`nla_for_each_attr`).
///
/// As in Linux, the walk ends at the first length that can't be; [`Attrs::rest`] then shows what was not
/// walked, and [`Attrs::check`] tells beforehand.
#[derive(Debug, Clone, Copy, Default)]
pub struct Attrs<'a> {
    rest: &'a [u8],
}

impl<'a> Attrs<'a> {
    /// The attributes in `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been walked yet.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The first attribute of type `kind` (`nla_find`).
    #[must_use]
    pub fn find(mut self, kind: u16) -> Option<Attr<'a>> {
        Iterator::find(&mut self, |attr| attr.kind() == kind)
    }

    /// Whether the walk reaches the end.
    ///
    /// # Errors
    /// [`Malformed`]: the first header that is wrong.
    pub fn check(mut self) -> Result<(), Malformed> {
        self.by_ref().for_each(drop);
        if self.rest.is_empty() { Ok(()) } else { Attr::parse(self.rest).map(drop) }
    }
}

impl<'a> Iterator for Attrs<'a> {
    type Item = Attr<'a>;

    #[inline]
    fn next(&mut self) -> Option<Attr<'a>> {
        let (len, raw_kind) = Attr::header(self.rest)?;
        let value = self.rest.get(HEADER..usize::from(len))?;
        self.rest = match self.rest.split_at_checked(align(usize::from(len))) {
            Some((_, rest)) => rest,
            None => unpadded(),
        };
        Some(Attr { raw_kind, value })
    }
}

/// What is left behind an attribute that lacks its padding. Seldom: Linux pads the last one too. Where the end
/// is a jump that isn't taken, the next header can be loaded before it is known whether there is one.
#[cold]
const fn unpadded() -> &'static [u8] {
    &[]
}

/// One attribute.
///
/// The getters of numbers take the value's first bytes and are `None` where it is shorter, as `nla_get_u32` and
/// its kin would read beyond it: a kernel may send more than we know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attr<'a> {
    raw_kind: u16,
    value: &'a [u8],
}

impl<'a> Attr<'a> {
    /// `NLA_HDRLEN`: bytes before the value.
    pub const HEADER: usize = HEADER;
    /// The longest value that `nla_len` can tell of.
    pub const MAX_VALUE: usize = u16::MAX as usize - HEADER;

    /// An attribute that is not in a message; `raw_kind` with its flags.
    #[must_use]
    pub const fn new(raw_kind: u16, value: &'a [u8]) -> Self {
        Self { raw_kind, value }
    }

    /// The attribute at the start of `bytes` (`nla_ok`).
    ///
    /// # Errors
    /// [`Malformed`]: no whole header, or a length that can't be.
    #[inline]
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let Some((len, raw_kind)) = Self::header(bytes) else {
            return Err(Malformed::Short(bytes.len()));
        };
        let value = bytes.get(HEADER..usize::from(len));
        let value =
            value.ok_or(Malformed::Length { said: usize::from(len), there: bytes.len() })?;
        Ok(Self { raw_kind, value })
    }

    /// Length and type, flags included.
    #[inline]
    fn header(bytes: &[u8]) -> Option<(u16, u16)> {
        // One load for both.
        let word = u32::from_ne_bytes(*bytes.first_chunk()?);
        let (low, high) = (word as u16, (word >> 16) as u16);
        Some(if cfg!(target_endian = "little") { (low, high) } else { (high, low) })
    }

    /// `nla_type`: the type without its flags.
    #[inline]
    #[must_use]
    pub const fn kind(&self) -> u16 {
        self.raw_kind & !(NESTED | NET_BYTEORDER)
    }

    /// The type as sent, flags included.
    #[must_use]
    pub const fn raw_kind(&self) -> u16 {
        self.raw_kind
    }

    /// Whether `NLA_F_NESTED` is set. Many families nest without it.
    #[must_use]
    pub const fn is_nested(&self) -> bool {
        self.raw_kind & NESTED != 0
    }

    /// Whether `NLA_F_NET_BYTEORDER` is set.
    #[must_use]
    pub const fn is_net_byteorder(&self) -> bool {
        self.raw_kind & NET_BYTEORDER != 0
    }

    /// The value, without header and padding.
    #[inline]
    #[must_use]
    pub const fn value(&self) -> &'a [u8] {
        self.value
    }

    /// `nla_len` as in the header: header and value, without padding.
    #[inline]
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "never empty: the header counts")]
    pub const fn len(&self) -> usize {
        HEADER.saturating_add(self.value.len())
    }

    /// The value as attributes.
    #[inline]
    #[must_use]
    pub const fn nested(&self) -> Attrs<'a> {
        Attrs::new(self.value)
    }

    /// `nla_get_u8`.
    #[inline]
    #[must_use]
    pub fn u8(&self) -> Option<u8> {
        self.value.first().copied()
    }

    /// The first bytes as a number or a struct, `None` where there are fewer.
    #[inline]
    #[must_use]
    pub fn prefix<T: FromBytes>(&self) -> Option<T> {
        T::read_from_prefix(self.value).ok().map(|(value, _)| value)
    }

    /// The value as a `T`, whether its sender knew a shorter or a longer one: what is not there is zero,
    /// what is too much is ignored.
    #[must_use]
    pub fn fixed<T: FromBytes + IntoBytes>(&self) -> T {
        zero_filled(self.value)
    }

    /// `nla_get_u16`.
    #[inline]
    #[must_use]
    pub fn u16(&self) -> Option<u16> {
        self.prefix()
    }

    /// `nla_get_u32`.
    #[inline]
    #[must_use]
    pub fn u32(&self) -> Option<u32> {
        self.prefix()
    }

    /// `nla_get_u64`.
    #[inline]
    #[must_use]
    pub fn u64(&self) -> Option<u64> {
        self.prefix()
    }

    /// `nla_get_uint`: four bytes or eight, by the value's length.
    #[must_use]
    pub fn uint(&self) -> Option<u64> {
        if self.value.len() == 4 { self.u32().map(u64::from) } else { self.u64() }
    }

    /// `nla_get_sint`: four bytes or eight, by the value's length.
    #[must_use]
    pub fn sint(&self) -> Option<i64> {
        if self.value.len() == 4 { self.prefix::<i32>().map(i64::from) } else { self.prefix() }
    }

    /// The value up to its first NUL, as bytes: a name need not be UTF-8.
    #[must_use]
    pub fn c_str(&self) -> &'a [u8] {
        let end = self.value.iter().position(|&byte| byte == 0).unwrap_or(self.value.len());
        self.value.get(..end).unwrap_or_default()
    }

    /// The value up to its first NUL as text, `None` where it is not UTF-8.
    #[must_use]
    pub fn str(&self) -> Option<&'a str> {
        core::str::from_utf8(self.c_str()).ok()
    }
}
