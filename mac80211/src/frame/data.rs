//! Data frames (9.3.2).

use alloc::vec::Vec;

use super::{FrameControl, FrameType, HeaderFields};
use crate::Malformed;

/// A data frame: a header, and a body that is an MSDU, a fragment of one, an A-MSDU, encrypted, or empty.
///
/// [`Amsdu`](super::Amsdu), [`MeshCtrl`](super::MeshCtrl) and [`data_to_8023`](super::data_to_8023) read
/// bodies, once they are decrypted and whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DataFrame<'a> {
    /// Header.
    pub header: HeaderFields,
    /// What follows it.
    pub body: &'a [u8],
}

impl<'a> DataFrame<'a> {
    /// Reads a data frame.
    ///
    /// # Errors
    /// [`Malformed::Truncated`]; [`Malformed::Invalid`] for a frame that is none, or of another protocol
    /// version than 0.
    #[inline]
    pub fn parse(frame: &'a [u8]) -> Result<Self, Malformed> {
        if FrameControl::of(frame).is_some_and(|fc| fc.frame_type() != FrameType::Data) {
            return Err(Malformed::Invalid("data frame"));
        }
        let (header, body) = HeaderFields::parse(frame)?;
        Ok(Self { header, body })
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.header.write(out);
        out.extend_from_slice(self.body);
    }
}
