//! The control block: bytes of a packet's header that whoever holds the packet may use as it likes.
//!
//! One of the crate's modules with `unsafe`: it reads these bytes as a type.

use core::ptr;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::SkBuff;
use super::raw::{CB_LEN, ControlBytes};

/// Something that fits into a packet's control block and may have any bytes: `skb->cb` as a type.
///
/// Implemented for all plain structs that derive `zerocopy`'s `FromBytes`, `IntoBytes`, `KnownLayout`
/// and `Immutable`. One that is larger than [`CB_LEN`] or aligned to more than 8 does not compile
/// where it is used (Linux's `BUILD_BUG_ON(sizeof(…) > sizeof(skb->cb))`).
pub trait ControlBlock: FromBytes + IntoBytes + KnownLayout + Immutable {}

impl<T: FromBytes + IntoBytes + KnownLayout + Immutable> ControlBlock for T {}

struct Fits<T>(T);

impl<T> Fits<T> {
    const CHECK: () = {
        assert!(size_of::<T>() <= CB_LEN, "larger than the control block");
        assert!(align_of::<T>() <= align_of::<ControlBytes>(), "aligned to more than 8");
    };
}

impl SkBuff {
    /// The control block as a `T`: valid from where its owner wrote it to where the packet is handed
    /// on (`skb->cb`).
    ///
    /// ```
    /// # use softnet_sk_buff::{PoolConfig, SkPool};
    /// use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};
    ///
    /// #[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
    /// #[repr(C)]
    /// struct Pacing { deadline: u64, flow: u32, retries: u32 }
    ///
    /// # let mut pool = SkPool::heap(PoolConfig::default())?;
    /// let mut skb = pool.alloc(0).unwrap();
    /// skb.cb_mut::<Pacing>().retries = 3;
    /// assert_eq!(skb.cb::<Pacing>().retries, 3);
    /// # pool.consume(skb);
    /// # Ok::<(), softnet_sk_buff::PoolError>(())
    /// ```
    ///
    /// A type that does not fit is refused when the program is built:
    ///
    /// ```compile_fail
    /// # use softnet_sk_buff::{PoolConfig, SkPool};
    /// # let mut pool = SkPool::heap(PoolConfig::default()).unwrap();
    /// let skb = pool.alloc(0).unwrap();
    /// let _: &[u64; 7] = skb.cb(); // 56 bytes
    /// ```
    #[inline]
    #[must_use]
    pub fn cb<T: ControlBlock>(&self) -> &T {
        const { Fits::<T>::CHECK };
        // SAFETY: the block is at least as large and as aligned as `T`, checked above; `T` is valid
        // for all bytes (`FromBytes`) and has no interior mutability (`Immutable`).
        unsafe { &*ptr::from_ref(self.record().cb()).cast::<T>() }
    }

    /// The control block as a `T`, to write.
    #[inline]
    #[must_use]
    pub fn cb_mut<T: ControlBlock>(&mut self) -> &mut T {
        const { Fits::<T>::CHECK };
        // SAFETY: as in `cb`; `T` has no padding (`IntoBytes`), so the block stays initialised.
        unsafe { &mut *ptr::from_mut(self.record_mut().cb_mut()).cast::<T>() }
    }
}
