//! One packet of the model, and how it is compared with a real one.

use softnet_sk_buff::{Checksum, Layer, Payload, SkBuff};

pub(super) const LAYERS: [Layer; 3] = [Layer::Mac, Layer::Network, Layer::Transport];

/// A real packet, in whichever of its two forms.
pub(super) enum Real {
    Full(SkBuff),
    Payload(Payload),
}

/// What the packet should be. Offsets count from the buffer's head.
#[derive(Clone, Debug)]
pub(super) struct Model {
    /// Which buffer it shares; packets with the same number share.
    pub(super) buffer: usize,
    /// Was made a payload and has not pushed headers since.
    pub(super) payload: bool,
    /// The whole buffer as this packet knows it; `None` where it can't know.
    pub(super) bytes: Vec<Option<u8>>,
    pub(super) floor: usize,
    pub(super) data: usize,
    pub(super) tail: usize,
    pub(super) headers: [Option<usize>; 3],
    pub(super) summed_from: Option<usize>,
    pub(super) mark: u32,
    pub(super) cb: [u8; 48],
}

impl Model {
    pub(super) fn fresh(buffer: usize, size: usize, headroom: usize) -> Self {
        Self {
            buffer,
            payload: false,
            bytes: vec![None; size],
            floor: 0,
            data: headroom,
            tail: headroom,
            headers: [None; 3],
            summed_from: None,
            mark: 0,
            cb: [0; 48],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.tail - self.data
    }

    pub(super) fn tailroom(&self) -> usize {
        self.bytes.len() - self.tail
    }

    pub(super) fn write(&mut self, from: usize, bytes: &[u8]) {
        for (known, byte) in self.bytes[from..].iter_mut().zip(bytes) {
            *known = Some(*byte);
        }
    }

    /// The same bytes in an endless buffer, with `headroom` before the data.
    pub(super) fn moved_to(&self, buffer: usize, headroom: usize) -> Self {
        let before = self.summed_from.map_or(0, |from| self.data.saturating_sub(from));
        let headroom = headroom.max(before);
        let kept = (self.data - self.floor).min(headroom);
        let shift = |at: usize| (at + headroom).checked_sub(self.data);
        let mut to = Self::fresh(buffer, 2048, headroom);
        to.tail = headroom + self.len();
        to.bytes[headroom - kept..to.tail]
            .clone_from_slice(&self.bytes[self.data - kept..self.tail]);
        to.headers = self.headers.map(|at| shift(at?).filter(|&at| at >= headroom - kept));
        to.summed_from = self.summed_from.and_then(shift);
        (to.mark, to.cb) = (self.mark, self.cb);
        to
    }

    pub(super) fn in_buffer_of(mut self, size: usize) -> Self {
        assert!(self.tail <= size, "does not fit");
        self.bytes.truncate(size);
        self
    }

    pub(super) fn assert_is(&self, real: &Real) {
        let skb = match real {
            Real::Full(skb) => skb,
            Real::Payload(payload) => {
                assert_eq!(payload.len(), self.len());
                return self.assert_bytes(self.data, payload.data());
            }
        };
        assert_eq!(skb.headroom(), self.data, "headroom");
        assert_eq!(skb.len(), self.len(), "length");
        assert_eq!(skb.tailroom(), self.tailroom(), "tailroom");
        self.assert_bytes(self.data, skb.data());
        for (layer, at) in LAYERS.into_iter().zip(self.headers) {
            let offset = at.map(|at| at as isize - self.data as isize);
            assert_eq!(skb.header_offset(layer), offset, "{layer:?}");
            let shown = at.filter(|&at| at >= self.floor && at <= self.tail);
            assert_eq!(skb.from_header(layer).is_some(), shown.is_some(), "{layer:?}");
            if let Some((at, bytes)) = shown.zip(skb.from_header(layer)) {
                assert_eq!(bytes.len(), self.tail - at);
                self.assert_bytes(at, bytes);
            }
        }
        let start = match skb.meta().checksum {
            Checksum::Partial { start, .. } => Some(usize::from(start)),
            _ => None,
        };
        assert_eq!(start, self.summed_from, "start of the checksum");
        assert_eq!(skb.meta().mark, self.mark);
        assert_eq!(skb.cb::<[u8; 48]>(), &self.cb);
    }

    fn assert_bytes(&self, from: usize, bytes: &[u8]) {
        for (at, (known, byte)) in self.bytes[from..].iter().zip(bytes).enumerate() {
            assert!(known.is_none_or(|known| known == *byte), "byte {at} after {from} changed");
        }
    }
}
