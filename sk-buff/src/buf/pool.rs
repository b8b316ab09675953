//! Where packets come from.
//!
//! One of the crate's modules with `unsafe`.

use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};

use super::free::{Left, free_remote, let_go_of_bytes};
use super::home::{self, Home, Storage};
use super::memory::{Books, PoolConfig, PoolError, first_buffer};
#[cfg(feature = "alloc")]
use super::memory::{HeapRegion, Region};
use super::raw::{Frags, Header, Shared};
use super::shelves::Shelves;
use super::{Payload, SkBuff};

/// What a pool has done so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PoolStats {
    /// Requests that found nothing free.
    pub exhausted: u64,
    /// Times that the return lists were emptied.
    pub reclaims: u64,
}

/// A bounded pool of packets, owned by one CPU.
///
/// Allocating and [consuming](Self::consume) a packet of its own costs no atomic read-modify-write.
/// Packets freed anywhere else, by any thread, come back over a lock-free return list that the pool
/// empties in one swap when it runs out. The pool may be dropped while packets are out: their memory
/// stays until the last is freed.
///
/// ```
/// use softnet_sk_buff::{PoolConfig, SkPool};
///
/// let mut pool = SkPool::heap(PoolConfig { buffers: 2, clones: 0, buffer_size: 256 })?;
/// let mut skb = pool.alloc(32).unwrap();
/// skb.put(5)?.copy_from_slice(b"hello");
/// let other = pool.alloc(0).unwrap();
/// assert!(pool.alloc(0).is_none());
/// pool.consume(skb);
/// std::thread::spawn(move || other.consume()).join().unwrap();
/// assert_eq!(pool.free(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SkPool {
    home: NonNull<Home>,
    shelves: Shelves,
    /// Buffers whose header went elsewhere.
    spare: *mut Shared,
    spares: u32,
    config: PoolConfig,
    /// Bytes in each buffer.
    size: u16,
    stats: PoolStats,
}

// SAFETY: the pool owns what its shelves hold; the home is made to be shared between threads.
unsafe impl Send for SkPool {}

impl core::fmt::Debug for SkPool {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SkPool")
            .field("config", &self.config)
            .field("ready", &self.shelves.ready())
            .field("bare", &self.shelves.bare())
            .field("stats", &self.stats)
            .finish_non_exhaustive()
    }
}

impl SkPool {
    /// A pool whose memory comes from the global allocator, all of it now.
    ///
    /// # Errors
    /// [`PoolError::BadConfig`], [`PoolError::NoMemory`].
    #[cfg(feature = "alloc")]
    #[cfg_attr(docsrs, doc(cfg(feature = "alloc")))]
    pub fn heap(config: PoolConfig) -> Result<Self, PoolError> {
        // The books too, before the bytes are allocated for nothing.
        let len = config.books_len().and(config.data_len()).ok_or(PoolError::BadConfig)?;
        let region = HeapRegion::zeroed(len)?;
        Self::over(alloc::boxed::Box::new(region), config)
    }

    /// A pool whose packets' bytes lie in `region`, so that a buffer which a device filled becomes a
    /// packet without a copy. Bookkeeping comes from the global allocator. The region is dropped when
    /// the pool and its last packet are gone.
    ///
    /// # Errors
    /// [`PoolError::BadConfig`], [`PoolError::DataTooSmall`], [`PoolError::NoMemory`].
    #[cfg(feature = "alloc")]
    #[cfg_attr(docsrs, doc(cfg(feature = "alloc")))]
    pub fn over(
        region: alloc::boxed::Box<dyn Region>,
        config: PoolConfig,
    ) -> Result<Self, PoolError> {
        use core::alloc::Layout;

        let books = Books::layout(&config).ok_or(PoolError::BadConfig)?;
        let first = first_buffer(region.memory(), &books, &config)?;
        let layout =
            Layout::from_size_align(books.len, Books::ALIGN).map_err(|_| PoolError::BadConfig)?;
        // SAFETY: the layout is not empty: it has room for a home.
        let block =
            NonNull::new(unsafe { alloc::alloc::alloc(layout) }).ok_or(PoolError::NoMemory)?;
        let storage = Storage::Heap { layout, region };
        // SAFETY: the block is fresh, of the size and alignment of `books`; the buffers are what the
        // region promises, which lives in `storage`; they fit.
        Ok(unsafe { Self::build(block, first, (books, config), storage) })
    }

    /// A pool in memory that the caller lends for ever: no allocator needed. `books` takes the
    /// headers, `data` the packets' bytes: a DMA region, for instance. `data` is zeroed.
    ///
    /// # Errors
    /// [`PoolError::BadConfig`], [`PoolError::BooksTooSmall`], [`PoolError::DataTooSmall`].
    ///
    /// ```
    /// use core::mem::MaybeUninit;
    /// use softnet_sk_buff::{PoolConfig, SkPool};
    ///
    /// const CONFIG: PoolConfig = PoolConfig { buffers: 4, clones: 4, buffer_size: 1536 };
    /// const BOOKS_LEN: usize = CONFIG.books_len().unwrap();
    /// const DATA_LEN: usize = CONFIG.data_len().unwrap();
    /// static mut BOOKS: [MaybeUninit<u8>; BOOKS_LEN] = [MaybeUninit::uninit(); BOOKS_LEN];
    /// static mut DATA: [MaybeUninit<u8>; DATA_LEN] = [MaybeUninit::uninit(); DATA_LEN];
    ///
    /// // SAFETY: nobody else uses the two, and this runs once.
    /// let (books, data) = unsafe { (&mut *&raw mut BOOKS, &mut *&raw mut DATA) };
    /// let mut pool = SkPool::fixed(books, data, CONFIG)?;
    /// assert_eq!(pool.free(), 4);
    /// # Ok::<(), softnet_sk_buff::PoolError>(())
    /// ```
    pub fn fixed(
        books: &'static mut [MaybeUninit<u8>],
        data: &'static mut [MaybeUninit<u8>],
        config: PoolConfig,
    ) -> Result<Self, PoolError> {
        let layout = Books::layout(&config).ok_or(PoolError::BadConfig)?;
        let skip = books.as_ptr().align_offset(Books::ALIGN);
        let block = books.get_mut(skip..).ok_or(PoolError::BooksTooSmall)?;
        if block.len() < layout.len {
            return Err(PoolError::BooksTooSmall);
        }
        let block = NonNull::from(block).cast::<u8>();
        data.fill(MaybeUninit::new(0));
        let data_len = data.len();
        let data = NonNull::slice_from_raw_parts(NonNull::from(data).cast::<u8>(), data_len);
        let first = first_buffer(data, &layout, &config)?;
        // SAFETY: both blocks are borrowed exclusively for ever, sizes and alignment were checked,
        // and every byte of `data` has just been initialised.
        Ok(unsafe { Self::build(block, first, (layout, config), Storage::Static) })
    }

    /// # Safety
    /// The books are those of the configuration. `block` is exclusive, aligned to `Books::ALIGN` and
    /// as large as the books say; `first` begins `config.buffers` times `books.stride` bytes that are
    /// exclusive and initialised; both live until `storage` is freed.
    unsafe fn build(
        block: NonNull<u8>,
        first: NonNull<u8>,
        (books, config): (Books, PoolConfig),
        storage: Storage,
    ) -> Self {
        let packets = config.buffers as usize + config.clones as usize;
        let home = block.cast::<Home>();
        // SAFETY: the block starts with room for a home.
        unsafe { home.write(Home::new(packets + config.buffers as usize, storage)) };
        // SAFETY: the books have room for a pointer to each header there.
        let slots = unsafe { block.add(books.slots) }.cast();
        // SAFETY: as many as the home has headers, in the pool's block.
        let shelves = unsafe { Shelves::new(slots, packets) };
        let mut pool = Self {
            home,
            shelves,
            spare: ptr::null_mut(),
            spares: 0,
            config,
            // Fits: at most 65472.
            size: books.stride as u16,
            stats: PoolStats::default(),
        };
        // Backwards, so that the shelves hand out ascending addresses.
        for n in (0..packets).rev() {
            // SAFETY: the books have room for `packets` headers from here on.
            let header = unsafe { block.add(books.headers + n * size_of::<Header>()) }.cast();
            let mut fresh = Header::bare(home);
            if n < config.buffers as usize {
                // SAFETY: `buffers` strides begin at `first`.
                let memory = unsafe { first.add(n * books.stride) };
                // SAFETY: the books have room for `buffers` shared records from here on.
                let shared = unsafe { block.add(books.shared + n * size_of::<Shared>()) }.cast();
                // SAFETY: and for their fragments from here on.
                let frags = unsafe { block.add(books.frags + n * size_of::<Frags>()) }.cast();
                // SAFETY: in the block, see above.
                unsafe { shared.write(Shared::new(home, memory, books.stride as u16, frags)) };
                fresh.view.attach(shared, memory, books.stride as u16);
            }
            // SAFETY: in the block, see above.
            unsafe { header.write(fresh) };
            // SAFETY: the pool owns the header that it has just made.
            unsafe { pool.shelve(header) };
        }
        pool
    }

    /// An empty packet with `headroom` bytes before its data (`alloc_skb` and `skb_reserve`); `None`
    /// if the pool is exhausted or its buffers are smaller than that.
    #[inline]
    #[must_use]
    pub fn alloc(&mut self, headroom: u16) -> Option<SkBuff> {
        if headroom > self.size {
            return None;
        }
        let header = match self.shelves.pop_ready() {
            Some(header) => header,
            None => self.alloc_slow()?,
        };
        // SAFETY: popped, so owned here; alive as long as the home.
        let fields = unsafe { &mut *header.as_ptr() };
        fields.view.reset(headroom);
        // SAFETY: an owned header with a buffer that nobody else holds.
        Some(unsafe { SkBuff::from_raw(header) })
    }

    /// Takes what came back; failing that, joins a spare buffer and a bare header.
    #[cold]
    fn alloc_slow(&mut self) -> Option<NonNull<Header>> {
        self.reclaim();
        if let Some(header) = self.shelves.pop_ready() {
            return Some(header);
        }
        if self.spare.is_null() || self.shelves.bare() == 0 {
            self.stats.exhausted += 1;
            return None;
        }
        let header = self.shelves.pop_bare()?;
        let shared = NonNull::new(self.spare)?;
        // SAFETY: spare buffers are owned by the pool alone.
        let record = unsafe { &*shared.as_ptr() };
        self.spare = record.next;
        self.spares -= 1;
        // SAFETY: the header was popped, so it is owned here.
        unsafe { (*header.as_ptr()).view.attach(shared, record.memory, record.size) };
        Some(header)
    }

    /// Moves what others returned to the pool's own lists.
    fn reclaim(&mut self) {
        // SAFETY: the pool keeps its home alive.
        let home = unsafe { self.home.as_ref() };
        let (mut header, mut buffer) = (home.take_headers(), home.take_buffers());
        self.stats.reclaims += u64::from(!header.is_null() || !buffer.is_null());
        while let Some(this) = NonNull::new(header) {
            // SAFETY: the list was taken whole, so its headers are owned here.
            header = unsafe { (*this.as_ptr()).next };
            // SAFETY: as before; it came to this home, so it belongs here.
            unsafe { self.shelve(this) };
        }
        while let Some(this) = NonNull::new(buffer) {
            // SAFETY: the list was taken whole, so its buffers are owned here.
            buffer = unsafe { (*this.as_ptr()).next };
            // SAFETY: as before.
            unsafe { self.shelve_buffer(this) };
        }
    }

    /// # Safety
    /// The caller owns `header`, which is of this home; a buffer in it too.
    #[inline]
    unsafe fn shelve(&mut self, header: NonNull<Header>) {
        // SAFETY: owned by the caller.
        if unsafe { (*header.as_ptr()).view.shared.is_null() } {
            // SAFETY: passed on.
            unsafe { self.shelves.push_bare(header) };
        } else {
            // SAFETY: passed on.
            unsafe { self.shelves.push_ready(header) };
        }
    }

    /// # Safety
    /// The caller owns `shared` alone, which is of this home.
    unsafe fn shelve_buffer(&mut self, shared: NonNull<Shared>) {
        // SAFETY: owned by the caller.
        unsafe { (*shared.as_ptr()).next = self.spare };
        self.spare = shared.as_ptr();
        self.spares += 1;
    }

    /// A header without a buffer, for a clone.
    #[inline]
    fn bare_header(&mut self) -> Option<NonNull<Header>> {
        if let Some(header) = self.shelves.pop_bare() {
            return Some(header);
        }
        self.reclaim();
        if let Some(header) = self.shelves.pop_bare() {
            return Some(header);
        }
        let Some(header) = self.shelves.pop_ready() else {
            self.stats.exhausted += 1;
            return None;
        };
        // Its buffer waits for the next header that comes back without one.
        // SAFETY: popped, so owned here.
        if let Some(shared) = NonNull::new(unsafe { (*header.as_ptr()).view.detach() }) {
            // SAFETY: a ready header holds its buffer alone.
            unsafe { self.shelve_buffer(shared) };
        }
        Some(header)
    }

    /// A packet with a header of its own that shares `skb`'s bytes (`skb_clone`); `None` if the pool
    /// has no header left or 32767 packets share the bytes already. Metadata and control block are copied.
    ///
    /// The packet may be of another pool: its bytes go back there.
    #[inline]
    #[must_use]
    pub fn clone_of(&mut self, skb: &SkBuff) -> Option<SkBuff> {
        let header = self.bare_header()?;
        // SAFETY: the packet's own reference, which is this thread's, because `SkBuff` is not `Sync`.
        if !unsafe { skb.shared().get() } {
            // SAFETY: owned here, of this home, without a buffer.
            unsafe { self.shelves.push_bare(header) };
            return None;
        }
        // SAFETY: popped, so owned here.
        let to = unsafe { &mut *header.as_ptr() };
        to.take_after(skb.record());
        // SAFETY: an owned header with a reference to its buffer taken for it.
        Some(unsafe { SkBuff::from_raw(header) })
    }

    /// A full packet over a payload's bytes, for a driver to send: headers may be pushed in front of
    /// it while the payload stays with its owner (TCP's retransmit clone).
    #[must_use]
    pub fn clone_of_payload(&mut self, payload: &Payload) -> Option<SkBuff> {
        self.clone_of(payload.inner())
    }

    /// Frees a packet that was used as it should be (`consume_skb`). One of this pool's own costs no
    /// atomic read-modify-write if nobody shares its bytes; one of another pool goes back there.
    #[inline]
    pub fn consume(&mut self, skb: SkBuff) {
        let header = skb.into_raw();
        // SAFETY: `into_raw` hands the header over.
        let mine = unsafe { (*header.as_ptr()).home } == self.home;
        if !mine {
            // SAFETY: as before.
            unsafe { free_remote(header) };
            return;
        }
        // SAFETY: as before.
        match unsafe { let_go_of_bytes(header) } {
            // SAFETY: owned, of this home, and so is the buffer that it kept.
            Left::Ready => unsafe { self.shelves.push_ready(header) },
            // SAFETY: owned, of this home.
            Left::Bare => unsafe { self.shelves.push_bare(header) },
            Left::Foreign(buffer) => {
                // SAFETY: the last holder of a buffer owns it.
                unsafe { home::return_buffer(buffer) };
                // SAFETY: owned, of this home.
                unsafe { self.shelves.push_bare(header) };
            }
        }
    }

    /// Packets that can be allocated now, after taking back what others freed.
    pub fn free(&mut self) -> u32 {
        self.reclaim();
        self.shelves.ready() + self.spares.min(self.shelves.bare())
    }

    /// Whether every packet and buffer is back.
    pub fn is_whole(&mut self) -> bool {
        self.reclaim();
        self.shelves.ready() + self.shelves.bare() == self.config.buffers + self.config.clones
            && self.shelves.ready() + self.spares == self.config.buffers
    }

    /// Bytes in each buffer, headroom included.
    #[must_use]
    pub fn buffer_size(&self) -> u32 {
        self.size.into()
    }

    /// What the pool was made with.
    #[must_use]
    pub fn config(&self) -> PoolConfig {
        self.config
    }

    /// What the pool has done so far.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        self.stats
    }

    /// Packets of this pool that went out of scope without a reason
    /// ([`DropReason::NOT_SPECIFIED`](crate::DropReason::NOT_SPECIFIED)). A bug if it is not 0.
    #[must_use]
    pub fn unspecified_drops(&self) -> u32 {
        // SAFETY: the pool keeps its home alive.
        unsafe { self.home.as_ref() }.unspecified.load(super::sync::Ordering::Relaxed)
    }
}

impl Drop for SkPool {
    fn drop(&mut self) {
        // SAFETY: the pool keeps its home alive up to `account` below.
        let (mut header, mut buffer) = unsafe { self.home.as_ref() }.close();
        // One for the pool itself, two for a header with a buffer.
        let mut slots = 1 + 2 * self.shelves.ready() as usize;
        slots += self.shelves.bare() as usize + self.spares as usize;
        while !header.is_null() {
            // SAFETY: the list was taken whole, so its headers are owned here.
            let fields = unsafe { &*header };
            slots += if fields.view.shared.is_null() { 1 } else { 2 };
            header = fields.next;
        }
        while !buffer.is_null() {
            slots += 1;
            // SAFETY: the list was taken whole, so its buffers are owned here.
            buffer = unsafe { (*buffer).next };
        }
        // SAFETY: the lists are closed, and what the pool held is forgotten with it.
        unsafe { home::account(self.home, slots) };
    }
}
