//! Generic advertisement service (9.6.7.12 to 9.6.7.15): questions before an association.

use alloc::vec::Vec;

use crate::Malformed;
use crate::frame::StatusCode;
use crate::frame::layout::layout;
use crate::wire::Record;

const ADVERTISEMENT_PROTOCOL: u8 = 108;

/// What goes through GAS: an advertisement protocol element, a length, a query or its answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GasQuery<'a> {
    /// Body of the advertisement protocol element: which protocol, 0 for ANQP.
    pub protocol: &'a [u8],
    /// Query or answer, or a fragment of it.
    pub query: &'a [u8],
    /// What follows: multi-band and such elements.
    pub elements: &'a [u8],
}

impl<'a> GasQuery<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// [`Malformed::Truncated`]; [`Malformed::Invalid`] if another element stands in its place.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let truncated = Malformed::Truncated("GAS query");
        let (&[id, len], rest) = bytes.split_first_chunk().ok_or(truncated)?;
        if id != ADVERTISEMENT_PROTOCOL {
            return Err(Malformed::Invalid("GAS query"));
        }
        let (protocol, rest) = rest.split_at_checked(usize::from(len)).ok_or(truncated)?;
        let (&len, rest) = rest.split_first_chunk().ok_or(truncated)?;
        let len = usize::from(u16::from_le_bytes(len));
        let (query, elements) = rest.split_at_checked(len).ok_or(truncated)?;
        Ok(Self { protocol, query, elements })
    }

    /// Appends its bytes. A protocol beyond 255 bytes, or a query beyond 65535, is cut off.
    pub fn write(&self, out: &mut Vec<u8>) {
        let protocol = u8::try_from(self.protocol.len()).unwrap_or(u8::MAX);
        let query = u16::try_from(self.query.len()).unwrap_or(u16::MAX);
        out.extend_from_slice(&[ADVERTISEMENT_PROTOCOL, protocol]);
        out.extend(self.protocol.iter().take(usize::from(protocol)));
        query.append(out);
        out.extend(self.query.iter().take(usize::from(query)));
        out.extend_from_slice(self.elements);
    }
}

/// A GAS frame: fixed fields, then a [`GasQuery`].
macro_rules! gas {
    ($(#[$meta:meta])* $name:ident $fixed:ident $what:literal {
        $($(#[doc = $doc:literal])+ $field:ident: $type:ty,)+
    }) => {
        layout! {
            $(#[$meta])*
            ///
            /// Its fixed fields.
            $fixed $what {
                $($(#[doc = $doc])+ $field: $type,)+
            }
        }

        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $name<'a> {
            /// Fixed fields.
            pub fixed: $fixed,
            /// Protocol and query.
            pub query: GasQuery<'a>,
        }

        impl<'a> $name<'a> {
            /// Reads it, from behind the action code.
            ///
            /// # Errors
            /// As [`GasQuery::parse`].
            pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
                let (fixed, rest) = $fixed::parse(bytes)?;
                Ok(Self { fixed, query: GasQuery::parse(rest)? })
            }

            /// Appends its bytes.
            pub fn write(&self, out: &mut Vec<u8>) {
                self.fixed.write(out);
                self.query.write(out);
            }
        }
    };
}

gas! {
    /// GAS initial request (9.6.7.12).
    GasInitialRequest GasInitialRequestFixed "GAS initial request" {
        /// Chosen by who asks.
        dialog_token: u8,
    }
}

gas! {
    /// GAS initial response (9.6.7.13).
    GasInitialResponse GasInitialResponseFixed "GAS initial response" {
        /// That of the request.
        dialog_token: u8,
        /// Success or why not.
        status: StatusCode,
        /// Time units until the answer can be fetched; 0 if it is here.
        comeback_delay: u16,
    }
}

layout! {
    /// GAS comeback request (9.6.7.14).
    GasComebackRequest<'a> "GAS comeback request" {
        /// That of the initial request.
        dialog_token: u8,
    } then {
        /// Multi-band.
        elements
    }
}

gas! {
    /// GAS comeback response (9.6.7.15).
    GasComebackResponse GasComebackResponseFixed "GAS comeback response" {
        /// That of the request.
        dialog_token: u8,
        /// Success or why not.
        status: StatusCode,
        /// Number of the fragment; the highest bit says that more follow.
        fragment_id: u8,
        /// Time units until the answer can be fetched; 0 if it is here.
        comeback_delay: u16,
    }
}
