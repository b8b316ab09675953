//! Extended acknowledgements: what a handler has to say about a request, and the answer that carries it.

mod answer;

#[cfg(test)]
mod tests;

pub use answer::{AckOptions, Answer};

use core::fmt::{self, Write};

use crate::errno::Errno;
use crate::policy::{Invalid, Parsed, Policy, Rule, Strictness, Warnings};
use crate::wire::{Attr, Attrs, Message};

/// What a handler says of a request besides its error number (`struct netlink_ext_ack`).
///
/// The setters are Linux's: each overwrites what it sets and leaves the rest, so that a family that adds words
/// to a policy's verdict keeps the place.
#[derive(Debug, Clone, Default)]
pub struct ExtAck {
    words: Words,
    /// From the request's header.
    offset: Option<usize>,
    rule: Option<&'static Rule>,
    missing_kind: u16,
    missing_nest: Option<usize>,
    cookie: Cookie,
}

impl ExtAck {
    /// Nothing is said.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says `words` (`NL_SET_ERR_MSG`). With a success they are a warning.
    pub const fn say(&mut self, words: &'static str) {
        self.words = Words::Fixed(words);
    }

    /// Says `words` unless something was said before (`NL_SET_ERR_MSG_WEAK`).
    pub const fn say_weakly(&mut self, words: &'static str) {
        if matches!(self.words, Words::None) {
            self.say(words);
        }
    }

    /// Says formatted words; of more than 79 bytes the first 79 (`NL_SET_ERR_MSG_FMT`).
    pub fn say_fmt(&mut self, words: fmt::Arguments<'_>) {
        let mut text = Text::default();
        // It cannot fail: what is too much is cut.
        let _ = text.write_fmt(words);
        self.words = Words::Made(text);
    }

    /// The words, as bytes: formatted ones may be cut within a character.
    #[must_use]
    pub fn words(&self) -> Option<&[u8]> {
        match &self.words {
            Words::None => None,
            Words::Fixed(words) => Some(words.as_bytes()),
            Words::Made(text) => text.bytes.get(..text.len),
        }
    }

    /// Points at an attribute of `request` (`NL_SET_BAD_ATTR`). One that is not in it is not pointed at.
    pub fn point_at(&mut self, request: &Message<'_>, attr: &Attr<'_>) {
        self.offset = request.offset_of(attr);
        self.rule = None;
    }

    /// Says that the request lacks an attribute of type `kind`, in `nest` or on its highest level
    /// (`NL_SET_ERR_ATTR_MISS`).
    pub fn miss(&mut self, kind: u16, request: &Message<'_>, nest: Option<&Attr<'_>>) {
        self.missing_kind = kind;
        self.missing_nest = nest.and_then(|nest| request.offset_of(nest));
    }

    /// Hands something back with a success, at most [`ExtAck::MAX_COOKIE`] bytes; `false` where it is more.
    pub fn cookie(&mut self, cookie: &[u8]) -> bool {
        let Some(place) = self.cookie.bytes.get_mut(..cookie.len()) else { return false };
        place.copy_from_slice(cookie);
        self.cookie.len = cookie.len();
        true
    }

    /// `NETLINK_MAX_COOKIE_LEN`.
    pub const MAX_COOKIE: usize = 20;

    /// Where the attribute that is pointed at begins, from the request's header.
    #[must_use]
    pub const fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// The rule that the attribute broke.
    #[must_use]
    pub const fn rule(&self) -> Option<&'static Rule> {
        self.rule
    }

    /// Says what a policy refused in attributes that begin `base` bytes behind the start of the request's
    /// header.
    pub fn refuse(&mut self, invalid: &Invalid, base: usize) {
        if let Some(words) = invalid.words() {
            self.say(words);
        }
        if let Some(at) = invalid.at {
            self.offset = Some(base.saturating_add(at));
            self.rule = invalid.rule;
        }
    }

    /// Says what a policy let pass.
    pub const fn warn(&mut self, warnings: Warnings) {
        if let Some(words) = warnings.words() {
            self.say(words);
        }
    }

    /// Checks and sorts the attributes behind a fixed header of `fixed_len` bytes (`__nlmsg_parse`).
    ///
    /// # Errors
    /// The error number to answer with; the rest has been said here.
    pub fn parse<'a, const N: usize>(
        &mut self,
        request: &Message<'a>,
        fixed_len: usize,
        policy: &Policy,
        strictness: Strictness,
    ) -> Result<Parsed<'a, N>, Errno> {
        let attrs = self.attrs(request, fixed_len)?;
        match Parsed::new(attrs, policy, strictness) {
            Ok((parsed, warnings)) => {
                self.warn(warnings);
                Ok(parsed)
            }
            Err(invalid) => Err(self.refused(request, &invalid, attrs)),
        }
    }

    /// Checks the attributes behind a fixed header of `fixed_len` bytes (`nlmsg_validate`).
    ///
    /// # Errors
    /// As [`ExtAck::parse`].
    pub fn validate(
        &mut self,
        request: &Message<'_>,
        fixed_len: usize,
        policy: &Policy,
        strictness: Strictness,
    ) -> Result<(), Errno> {
        self.parse::<0>(request, fixed_len, policy, strictness).map(drop)
    }

    fn attrs<'a>(&mut self, request: &Message<'a>, fixed_len: usize) -> Result<Attrs<'a>, Errno> {
        if request.payload().len() < fixed_len {
            self.say("Invalid header length");
            return Err(Errno::EINVAL);
        }
        Ok(request.attrs(fixed_len))
    }

    fn refused(&mut self, request: &Message<'_>, invalid: &Invalid, attrs: Attrs<'_>) -> Errno {
        let base = request.as_bytes().len().saturating_sub(attrs.rest().len());
        self.refuse(invalid, base);
        invalid.errno()
    }
}

/// `NETLINK_MAX_FMTMSG_LEN`, without the NUL.
const MAX_TEXT: usize = 79;

#[derive(Debug, Clone, Default)]
enum Words {
    #[default]
    None,
    Fixed(&'static str),
    Made(Text),
}

#[derive(Debug, Clone)]
struct Text {
    bytes: [u8; MAX_TEXT],
    len: usize,
}

impl Default for Text {
    fn default() -> Self {
        Self { bytes: [0; MAX_TEXT], len: 0 }
    }
}

impl Write for Text {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let room = self.bytes.get_mut(self.len..).unwrap_or_default();
        for (place, byte) in room.iter_mut().zip(more.bytes()) {
            *place = byte;
            self.len = self.len.saturating_add(1);
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Default)]
struct Cookie {
    bytes: [u8; ExtAck::MAX_COOKIE],
    len: usize,
}

impl Cookie {
    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}
