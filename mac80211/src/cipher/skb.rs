//! Ciphers in place on a packet, whose head- and tailroom is the room that they need.

use softnet_sk_buff::{GeometryError, SkBuff};

use super::{EncryptError, Key, Opened, Replay};
use crate::frame::{FrameControl, hdrlen};
use crate::{Malformed, RxDrop};

/// Why a packet could not be encrypted. It is as it was, but for its body where a length was wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncryptSkbError {
    /// No room before or behind it, or shared: `expand_head` it first.
    #[error(transparent)]
    Geometry(#[from] GeometryError),
    /// The key refused it.
    #[error(transparent)]
    Encrypt(#[from] EncryptError),
}

impl Key {
    /// [`encrypt`](Self::encrypt)s a packet of 802.11 header and body. It needs
    /// [`header_len`](Self::header_len) bytes of headroom, into which the header moves, and
    /// [`mic_len`](Self::mic_len) bytes of tailroom.
    ///
    /// # Errors
    /// [`EncryptSkbError`].
    pub fn encrypt_skb(&mut self, skb: &mut SkBuff) -> Result<(), EncryptSkbError> {
        let short = || EncryptError::from(Malformed::Truncated("frame to encrypt"));
        let fc = FrameControl::of(skb.data()).ok_or_else(short)?;
        let (header_len, iv_len, len) = (hdrlen(fc), self.header_len(), skb.headlen());
        if header_len > len {
            return Err(short().into());
        }
        if skb.headroom() < iv_len {
            return Err(GeometryError::Headroom.into());
        }
        skb.put(self.mic_len())?;
        if let Err(error) = skb.push(iv_len) {
            skb.trim(len);
            return Err(error.into());
        }
        let encrypted = match skb.data_mut() {
            Some(frame) => {
                frame.copy_within(iv_len..iv_len + header_len, 0);
                self.encrypt(frame).map_err(EncryptSkbError::from)
            }
            None => Err(GeometryError::Shared.into()),
        };
        if encrypted.is_err() {
            close_up(skb, header_len, iv_len, len);
        }
        encrypted
    }

    /// [`open`](Self::open)s a packet, and takes off it what the cipher had added: header and body are
    /// left, and that is where [`Opened::body`] points then.
    ///
    /// # Errors
    /// As [`open`](Self::open); and [`RxDrop::Oom`] for a packet that is shared or not linear, which Linux
    /// would copy here: `unshare` it first.
    pub fn open_skb(&mut self, skb: &mut SkBuff, replay: Replay) -> Result<Option<Opened>, RxDrop> {
        if skb.is_nonlinear() {
            return Err(RxDrop::Oom);
        }
        let frame = skb.data_mut().ok_or(RxDrop::Oom)?;
        let Some(mut opened) = self.open(frame, replay)? else { return Ok(None) };
        let (header_len, body_len) = (opened.header_len, opened.body.len());
        close_up(skb, header_len, opened.body.start - header_len, header_len + body_len);
        opened.body = header_len..header_len + body_len;
        Ok(Some(opened))
    }
}

/// Takes the IV's room out from behind the header, and cuts the packet to `len` bytes.
fn close_up(skb: &mut SkBuff, header_len: usize, iv_len: usize, len: usize) {
    if let Some(frame) = skb.data_mut().filter(|_| iv_len != 0) {
        frame.copy_within(..header_len, iv_len);
        // Cannot fail: the header and the IV are there.
        let _ = skb.pull(iv_len);
    }
    skb.trim(len);
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use softnet_sk_buff::{PoolConfig, SkPool};

    use super::*;
    use crate::CipherSuite;

    const HEADER: [u8; 24] = *b"\x08\x01\0\0\x02\0\0\0\0\0\x02\0\0\0\x01\0\x02\0\0\0\0\0\x10\0";
    const DEAUTH: [u8; 26] =
        *b"\xc0\0\0\0\xff\xff\xff\xff\xff\xff\x02\0\0\0\0\0\x02\0\0\0\0\0\x10\0\x07\0";

    fn packet(pool: &mut SkPool, headroom: u16, bytes: &[u8]) -> SkBuff {
        let mut skb = pool.alloc(headroom).unwrap();
        skb.put(bytes.len()).unwrap().copy_from_slice(bytes);
        skb
    }

    fn pool() -> SkPool {
        SkPool::heap(PoolConfig { buffers: 4, clones: 4, buffer_size: 256 }).unwrap()
    }

    #[test]
    fn every_suite_gives_the_packet_back() {
        let data = [&HEADER[..], b"payload"].concat();
        let suites = [
            (CipherSuite::WEP40, 0, 5, &data[..]),
            (CipherSuite::TKIP, 0, 32, &data),
            (CipherSuite::CCMP, 0, 16, &data),
            (CipherSuite::CCMP_256, 0, 32, &data),
            (CipherSuite::GCMP, 0, 16, &data),
            (CipherSuite::GCMP_256, 0, 32, &data),
            (CipherSuite::AES_CMAC, 4, 16, &DEAUTH),
            (CipherSuite::BIP_GMAC_256, 4, 32, &DEAUTH),
        ];
        for (suite, index, len, frame) in suites {
            let material: Vec<u8> = (0..len).collect();
            let new = || Key::new(suite, index, &material).unwrap();
            let (mut tx, mut rx) = (new(), new());
            let mut pool = pool();
            let mut skb = packet(&mut pool, 8, frame);
            tx.encrypt_skb(&mut skb).unwrap();
            assert_eq!(skb.len(), frame.len() + tx.header_len() + tx.mic_len());
            let opened = rx.open_skb(&mut skb, Replay::Check).unwrap().unwrap();
            let protected = if index == 0 { 0x40 } else { 0 };
            assert_eq!(skb.data()[1], frame[1] | protected);
            assert_eq!(skb.data()[2..], frame[2..], "{suite:?}");
            assert_eq!(opened.body, 24..frame.len());
            pool.consume(skb);
        }
    }

    #[test]
    fn without_room_it_stays_as_it_is() {
        let frame = [&HEADER[..], b"payload"].concat();
        let mut key = Key::new(CipherSuite::CCMP, 0, &[1; 16]).unwrap();
        let mut pool = pool();
        let mut skb = packet(&mut pool, 7, &frame);
        assert_eq!(key.encrypt_skb(&mut skb), Err(GeometryError::Headroom.into()));
        assert_eq!(skb.data(), frame);
        pool.consume(skb);
        let mut skb = packet(&mut pool, 256 - 7 - frame.len() as u16, &frame);
        assert_eq!(key.encrypt_skb(&mut skb), Err(GeometryError::Tailroom.into()));
        assert_eq!(skb.data(), frame);
        pool.consume(skb);
        assert_eq!(key.tx_pn(), 0);
    }

    #[test]
    fn exhausted_key_leaves_the_packet_as_it_is() {
        let frame = [&HEADER[..], b"payload"].concat();
        let mut key = Key::new(CipherSuite::GCMP, 0, &[1; 16]).unwrap().with_tx_pn((1 << 48) - 1);
        let mut pool = pool();
        let mut skb = packet(&mut pool, 8, &frame);
        assert_eq!(key.encrypt_skb(&mut skb), Err(EncryptError::PnExhausted.into()));
        assert_eq!(skb.data(), frame);
        pool.consume(skb);
    }

    #[test]
    fn shared_packets_are_not_written() {
        let frame = [&HEADER[..], b"payload"].concat();
        let mut key = Key::new(CipherSuite::CCMP, 0, &[1; 16]).unwrap();
        let mut pool = pool();
        let mut skb = packet(&mut pool, 8, &frame);
        let clone = pool.clone_of(&skb).unwrap();
        assert_eq!(key.encrypt_skb(&mut skb), Err(GeometryError::Shared.into()));
        assert_eq!(key.open_skb(&mut skb, Replay::Check), Err(RxDrop::Oom));
        assert_eq!(clone.data(), frame);
        pool.consume(clone);
        pool.consume(skb);
    }
}
