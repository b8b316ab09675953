//! The packet.
//!
//! One of the crate's modules with `unsafe`: it turns offsets into slices.
//!
//! What makes a slice sound: `floor <= data <= tail <= end`, and `end` is the buffer's size, all
//! bytes of which are initialised. Bytes from `floor` on may be read by whoever holds a reference,
//! and are written only by one who holds the only reference that can see them:
//! - the whole buffer, when nobody else holds any (`exclusive`);
//! - the bytes before every payload, when this reference is a full one and all others are
//!   payload-only (`header_exclusive`). Those others have their `floor` behind these bytes and can't
//!   lower it while this packet lives, because `push` refuses them unless they are `exclusive`; then
//!   it makes their reference a full one. A full clone of one of them starts with the same `floor`
//!   and can't lower it either, because two full references are out then.
//!
//! A second reference that sees the bytes can only be made through `&self` of a packet that sees
//! them, which the borrow of the slice forbids.

use core::fmt;
use core::mem;
use core::ptr::NonNull;

use super::free::free_remote;
use super::raw::{Header, Shared, UNSET, View};
use super::sync::Ordering;
use super::{DropSink, Meta, Payload};
use crate::{DropReason, GeometryError};

/// A packet (`struct sk_buff`): one pointer, owned.
///
/// ```text
///  head        data              tail         end
///   ├─ headroom ─┼──── data ───────┼─ tailroom ─┤      head <= data <= tail <= end
///        ▲ push       pull ▼   put ▼    ▲ trim
/// ```
///
/// Adding or stripping a header moves a pointer, never bytes. The invariant above holds at all
/// times; an operation that would break it is refused with a [`GeometryError`] and changes nothing.
///
/// A packet comes from a [`SkPool`](crate::SkPool) and goes back to one: by
/// [`SkPool::consume`](crate::SkPool::consume) or [`consume`](Self::consume) when it was used as it
/// should be, by [`kfree`](Self::kfree) with a reason when it was lost. Letting it go out of scope
/// frees it too, but counts as [`DropReason::NOT_SPECIFIED`], which tests of this family take for a
/// bug.
///
/// It is not `Clone`, because a clone needs a pool: see [`SkPool::clone_of`](crate::SkPool::clone_of).
/// Writing to bytes that a clone shares is refused with [`GeometryError::Shared`]; `cow_head` and
/// `unshare` make them the packet's own.
///
/// ```
/// use softnet_sk_buff::{EtherType, PoolConfig, SkPool};
///
/// let mut pool = SkPool::heap(PoolConfig::default())?;
/// let mut skb = pool.alloc(64).unwrap();
/// skb.put(4)?.copy_from_slice(b"ping");
/// skb.push(2)?.copy_from_slice(&EtherType::IPV4.0.to_be_bytes());
/// assert_eq!(skb.data(), b"\x08\x00ping");
/// assert_eq!(skb.pull(2)?, b"\x08\x00");
/// assert_eq!((skb.headroom(), skb.len()), (64, 4));
/// pool.consume(skb);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[repr(transparent)]
pub struct SkBuff(NonNull<Header>);

// SAFETY: a packet owns its header; what it shares with clones is counted with atomics and written
// only under the rules at the top of this file.
unsafe impl Send for SkBuff {}

// Not `Sync`: whoever has a `&SkBuff` and counts one reference knows that nobody else can count at
// the same time, so the first clone needs no atomic read-modify-write (`Shared::get`).

/// Which of the three headers whose place a packet remembers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layer {
    /// `skb->mac_header`.
    Mac,
    /// `skb->network_header`.
    Network,
    /// `skb->transport_header`.
    Transport,
}

impl SkBuff {
    /// # Safety
    /// The caller owns `header`, which is set up and holds a reference to its buffer.
    #[inline]
    pub(super) unsafe fn from_raw(header: NonNull<Header>) -> Self {
        Self(header)
    }

    #[inline]
    pub(super) fn into_raw(self) -> NonNull<Header> {
        mem::ManuallyDrop::new(self).0
    }

    #[inline]
    pub(super) fn record(&self) -> &Header {
        // SAFETY: owned by `self`, alive as long as it is out.
        unsafe { self.0.as_ref() }
    }

    #[inline]
    pub(super) fn record_mut(&mut self) -> &mut Header {
        // SAFETY: owned by `self`, and borrowed exclusively.
        unsafe { self.0.as_mut() }
    }

    #[inline]
    pub(super) fn fields(&self) -> &View {
        &self.record().view
    }

    #[inline]
    pub(super) fn fields_mut(&mut self) -> &mut View {
        &mut self.record_mut().view
    }

    #[inline]
    pub(super) fn shared(&self) -> &Shared {
        // SAFETY: this packet's reference keeps the record alive.
        unsafe { &*self.fields().shared }
    }

    /// Whether headers may be pushed in front of the data.
    #[inline]
    pub(super) fn may_push(&self) -> bool {
        self.exclusive()
            || (self.header_exclusive()
                && self.shared().header_end() >= u32::from(self.fields().data))
    }

    /// Whether this packet holds the only full reference: headers are its own to write.
    #[inline]
    fn header_exclusive(&self) -> bool {
        !self.fields().payload && !self.is_header_cloned()
    }

    /// Whether no other packet shares the bytes.
    #[inline]
    fn exclusive(&self) -> bool {
        !self.shared().is_shared()
    }

    /// The bytes from offset `from` to offset `to`.
    #[inline]
    pub(super) fn bytes(&self, from: u16, to: u16) -> &[u8] {
        debug_assert!(self.fields().floor <= from && from <= to && to <= self.fields().end);
        // SAFETY: between `floor` and `end`, see the top of this file.
        let start = unsafe { self.fields().head.add(usize::from(from)) };
        // SAFETY: initialised bytes of one buffer that nobody writes while they are borrowed.
        unsafe { core::slice::from_raw_parts(start, usize::from(to - from)) }
    }

    /// # Safety
    /// The caller has made sure that this packet alone can see the bytes: `exclusive`, or
    /// `header_exclusive` and `to` not behind the first payload.
    #[inline]
    unsafe fn bytes_mut(&mut self, from: u16, to: u16) -> &mut [u8] {
        debug_assert!(self.fields().floor <= from && from <= to && to <= self.fields().end);
        // SAFETY: between `floor` and `end`.
        let start = unsafe { self.fields().head.add(usize::from(from)) };
        // SAFETY: initialised bytes of one buffer; exclusive by the caller's word.
        unsafe { core::slice::from_raw_parts_mut(start, usize::from(to - from)) }
    }

    /// Bytes in the packet, fragments included (`skb->len`).
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.headlen() + self.data_len()
    }

    /// Whether the packet has no bytes.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes in fragments (`skb->data_len`). Packets are linear for now: always 0.
    #[inline]
    #[must_use]
    pub fn data_len(&self) -> usize {
        self.fields().data_len as usize
    }

    /// Bytes that [`data`](Self::data) shows (`skb_headlen`).
    #[inline]
    #[must_use]
    pub fn headlen(&self) -> usize {
        usize::from(self.fields().tail - self.fields().data)
    }

    /// Whether there are bytes that [`data`](Self::data) does not show (`skb_is_nonlinear`).
    #[inline]
    #[must_use]
    pub fn is_nonlinear(&self) -> bool {
        self.data_len() != 0
    }

    /// Room before the data (`skb_headroom`). It may still be shared: [`push`](Self::push) tells.
    #[inline]
    #[must_use]
    pub fn headroom(&self) -> usize {
        usize::from(self.fields().data)
    }

    /// Room after the data (`skb_tailroom`): 0 for a packet with fragments.
    #[inline]
    #[must_use]
    pub fn tailroom(&self) -> usize {
        if self.is_nonlinear() { 0 } else { usize::from(self.fields().end - self.fields().tail) }
    }

    /// What the packet costs in memory, header included (`skb->truesize`).
    #[must_use]
    pub fn truesize(&self) -> u32 {
        self.fields().truesize
    }

    /// The packet's linear bytes.
    #[inline]
    #[must_use]
    pub fn data(&self) -> &[u8] {
        self.bytes(self.fields().data, self.fields().tail)
    }

    /// The packet's linear bytes, to write; `None` while another packet shares them.
    #[inline]
    #[must_use]
    pub fn data_mut(&mut self) -> Option<&mut [u8]> {
        if !self.exclusive() {
            return None;
        }
        let (data, tail) = (self.fields().data, self.fields().tail);
        // SAFETY: exclusive, as just checked.
        Some(unsafe { self.bytes_mut(data, tail) })
    }

    /// The bytes that this packet may write although a [`Payload`] shares its buffer: those of the
    /// data before the first payload, all of them if nobody shares. `None` if another full packet
    /// could read them (`skb_header_cloned`), or if this packet is what became of a payload and is
    /// not alone yet.
    #[inline]
    #[must_use]
    pub fn header_mut(&mut self) -> Option<&mut [u8]> {
        let (data, tail) = (self.fields().data, self.fields().tail);
        let end = if self.exclusive() {
            tail
        } else if self.header_exclusive() {
            // Not truncated: no more than `tail`.
            self.shared().header_end().clamp(data.into(), tail.into()) as u16
        } else {
            return None;
        };
        // SAFETY: exclusive; or header-exclusive, and no payload begins before `end`.
        Some(unsafe { self.bytes_mut(data, end) })
    }

    /// Whether another packet or payload shares the bytes (`skb_cloned`).
    #[inline]
    #[must_use]
    pub fn is_cloned(&self) -> bool {
        !self.exclusive()
    }

    /// Whether another full packet shares the bytes (`skb_header_cloned`).
    #[inline]
    #[must_use]
    pub fn is_header_cloned(&self) -> bool {
        self.shared().is_header_shared(self.fields().payload)
    }

    /// Moves the data of an empty packet up by `len`, to have headroom (`skb_reserve`).
    ///
    /// # Errors
    /// [`GeometryError::NotEmpty`], [`GeometryError::Tailroom`].
    pub fn reserve(&mut self, len: usize) -> Result<(), GeometryError> {
        if !self.is_empty() {
            return Err(GeometryError::NotEmpty);
        }
        let len = self.fits_tail(len)?;
        self.fields_mut().data += len;
        self.fields_mut().tail += len;
        Ok(())
    }

    /// Adds `len` bytes at the end, with whatever they were before, for the caller to fill
    /// (`skb_put`).
    ///
    /// # Errors
    /// [`GeometryError::Tailroom`], [`GeometryError::Shared`].
    #[inline]
    pub fn put(&mut self, len: usize) -> Result<&mut [u8], GeometryError> {
        let from = self.fields().tail;
        self.put_received(len)?;
        // SAFETY: exclusive, or that would have been refused.
        Ok(unsafe { self.bytes_mut(from, self.fields().tail) })
    }

    /// Takes in `len` bytes that a device wrote behind the data: [`put`](Self::put) without a
    /// reference to them, so that nothing claims they are this CPU's to write.
    ///
    /// # Errors
    /// [`GeometryError::Tailroom`], [`GeometryError::Shared`].
    #[inline]
    pub fn put_received(&mut self, len: usize) -> Result<(), GeometryError> {
        let len = self.fits_tail(len)?;
        if !self.exclusive() {
            return Err(GeometryError::Shared);
        }
        self.fields_mut().tail += len;
        Ok(())
    }

    /// Adds `len` bytes at the front, for the caller to fill (`skb_push`).
    ///
    /// # Errors
    /// [`GeometryError::Headroom`]; [`GeometryError::Shared`] if another full packet, or a payload
    /// that begins before, could read them.
    #[inline]
    pub fn push(&mut self, len: usize) -> Result<&mut [u8], GeometryError> {
        let data = self.fields().data;
        let len =
            u16::try_from(len).ok().filter(|&len| len <= data).ok_or(GeometryError::Headroom)?;
        if !self.may_push() {
            return Err(GeometryError::Shared);
        }
        if self.fields().payload {
            // Alone, or it would have been refused. It is about to see header bytes, which its
            // reference must say from now on.
            self.shared().regain_header();
            self.fields_mut().payload = false;
        }
        let fields = self.fields_mut();
        fields.data -= len;
        fields.floor = fields.floor.min(fields.data);
        let from = fields.data;
        // SAFETY: exclusive; or header-exclusive, and no payload begins before the old data.
        Ok(unsafe { self.bytes_mut(from, from + len) })
    }

    /// Takes `len` bytes off the front and shows them (`skb_pull`).
    ///
    /// # Errors
    /// [`GeometryError::TooShort`].
    #[inline]
    pub fn pull(&mut self, len: usize) -> Result<&[u8], GeometryError> {
        if len > self.headlen() {
            return Err(GeometryError::TooShort);
        }
        let from = self.fields().data;
        let to = from + len as u16;
        self.fields_mut().data = to;
        Ok(self.bytes(from, to))
    }

    /// Cuts the packet to `len` bytes; no effect on a shorter one (`skb_trim`). Harmless to clones.
    #[inline]
    pub fn trim(&mut self, len: usize) {
        if len < self.headlen() {
            self.fields_mut().tail = self.fields().data + len as u16;
        }
    }

    /// Adds zeroes at the end until the packet has `len` bytes (`skb_put_padto`, `eth_skb_pad`).
    ///
    /// # Errors
    /// [`GeometryError::Tailroom`], [`GeometryError::Shared`].
    pub fn pad(&mut self, len: usize) -> Result<(), GeometryError> {
        if let Some(missing) = len.checked_sub(self.len()).filter(|&missing| missing != 0) {
            self.put(missing)?.fill(0);
        }
        Ok(())
    }

    #[inline]
    fn fits_tail(&self, len: usize) -> Result<u16, GeometryError> {
        if len <= self.tailroom() { Ok(len as u16) } else { Err(GeometryError::Tailroom) }
    }

    fn layer(&self, layer: Layer) -> u16 {
        let fields = self.fields();
        match layer {
            Layer::Mac => fields.mac,
            Layer::Network => fields.network,
            Layer::Transport => fields.transport,
        }
    }

    fn layer_slot(&mut self, layer: Layer) -> &mut u16 {
        let fields = self.fields_mut();
        match layer {
            Layer::Mac => &mut fields.mac,
            Layer::Network => &mut fields.network,
            Layer::Transport => &mut fields.transport,
        }
    }

    /// Remembers that `layer`'s header begins `offset` bytes into the data (`skb_set_mac_header` …;
    /// `skb_reset_mac_header` is offset 0).
    ///
    /// # Errors
    /// [`GeometryError::TooShort`] if that is behind the linear bytes.
    pub fn set_header(&mut self, layer: Layer, offset: usize) -> Result<(), GeometryError> {
        if offset > self.headlen() {
            return Err(GeometryError::TooShort);
        }
        // A buffer has at most 65472 bytes (`PoolConfig`), so this never truncates.
        *self.layer_slot(layer) = self.fields().data + offset as u16;
        Ok(())
    }

    /// Forgets where `layer`'s header is.
    pub fn unset_header(&mut self, layer: Layer) {
        *self.layer_slot(layer) = UNSET;
    }

    /// Where `layer`'s header begins, relative to the data: negative once it was pulled
    /// (`skb_mac_offset`, `skb_network_offset`, `skb_transport_offset`). `None` if not set.
    #[must_use]
    pub fn header_offset(&self, layer: Layer) -> Option<isize> {
        let at = self.layer(layer);
        (at != UNSET).then(|| at as isize - self.fields().data as isize)
    }

    /// The bytes from the start of `layer`'s header to the end of the linear data, pulled or not.
    /// `None` if the header is not set.
    #[must_use]
    pub fn from_header(&self, layer: Layer) -> Option<&[u8]> {
        let at = self.layer(layer);
        let readable = at != UNSET && self.fields().floor <= at && at <= self.fields().tail;
        readable.then(|| self.bytes(at, self.fields().tail))
    }

    /// Moves the start of the data back to a header that was pulled, as a tap does that wants whole
    /// frames (`skb_push(skb, skb_network_offset(skb))` and kin). Only reads become possible, so
    /// clones don't matter.
    ///
    /// # Errors
    /// [`GeometryError::NoHeader`] if the header is not set or not before the data.
    pub fn rewind_to(&mut self, layer: Layer) -> Result<(), GeometryError> {
        let at = self.layer(layer);
        let fields = self.fields_mut();
        if at == UNSET || at > fields.data || at < fields.floor {
            return Err(GeometryError::NoHeader);
        }
        fields.data = at;
        Ok(())
    }

    /// What is known besides the bytes.
    #[inline]
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.fields().meta
    }

    /// The same, to change.
    #[inline]
    #[must_use]
    pub fn meta_mut(&mut self) -> &mut Meta {
        &mut self.fields_mut().meta
    }

    /// Bytes that the packet takes on the wire, where that is another number than its own length
    /// (`qdisc_skb_cb`'s `pkt_len`, which size tables set).
    #[inline]
    #[must_use]
    pub fn wire_len(&self) -> Option<u32> {
        self.record().wire_len()
    }

    /// Says how many bytes the packet takes on the wire; `None`: its own length.
    #[inline]
    pub fn set_wire_len(&mut self, len: Option<u32>) {
        self.record_mut().set_wire_len(len);
    }

    /// The address of the data for a device: pointer and room up to the buffer's end. Linux's
    /// `skb->data` as `dma_map_single` takes it. The bytes may be read or written by the device only
    /// while the driver keeps the packet.
    #[inline]
    #[must_use]
    pub fn dma_range(&self) -> NonNull<[u8]> {
        let fields = self.fields();
        // SAFETY: `data` lies inside the buffer.
        let start = unsafe { fields.head.add(usize::from(fields.data)) };
        // SAFETY: `head` comes from a `NonNull`.
        let start = unsafe { NonNull::new_unchecked(start) };
        NonNull::slice_from_raw_parts(start, usize::from(fields.end - fields.data))
    }

    /// Gives the headers up: what is left can read the payload only, so that another packet may
    /// write headers in front of it without a copy (`__skb_header_release`).
    #[must_use]
    pub fn into_payload(mut self) -> Payload {
        let start = self.fields().data;
        // What came from a payload may still be one: its reference must not be counted twice.
        if !self.fields().payload {
            self.shared().release_header(start.into());
        }
        let fields = self.fields_mut();
        fields.payload = true;
        fields.floor = start;
        (fields.mac, fields.network, fields.transport) = (UNSET, UNSET, UNSET);
        Payload::new(self)
    }

    /// Frees a packet that was used as it should be (`consume_skb`), by way of its pool's return
    /// list. Cheaper where the pool is at hand: [`SkPool::consume`](crate::SkPool::consume).
    pub fn consume(self) {
        // SAFETY: `into_raw` hands the header over, with its reference to the bytes.
        unsafe { free_remote(self.into_raw()) };
    }

    /// Frees a packet that was lost, and says why (`kfree_skb_reason`).
    pub fn kfree(self, why: DropReason, to: &mut dyn DropSink) {
        to.kfree_skb(self, why);
    }
}

impl Drop for SkBuff {
    fn drop(&mut self) {
        // SAFETY: a home outlives its headers.
        let home = unsafe { self.record().home.as_ref() };
        home.unspecified.fetch_add(1, Ordering::Relaxed);
        // SAFETY: nobody uses `self` after its drop, so the header is handed over.
        unsafe { free_remote(self.0) };
    }
}

impl fmt::Debug for SkBuff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SkBuff")
            .field("len", &self.len())
            .field("headroom", &self.headroom())
            .field("tailroom", &self.tailroom())
            .field("cloned", &self.is_cloned())
            .field("meta", self.meta())
            .finish_non_exhaustive()
    }
}
