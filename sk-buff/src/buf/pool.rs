//! Where packets come from.
//!
//! One of the crate's modules with `unsafe`.

use core::mem::{self, MaybeUninit};
use core::ptr::{self, NonNull};

use super::home::{self, Home, Storage};
use super::raw::{CB_LEN, ControlBytes, Header, Shared, UNSET};
use super::{Meta, Payload, SkBuff};
use crate::align;

/// Buffers start at multiples of this, in memory and so, for a region that starts at one, on the bus
/// (`SMP_CACHE_BYTES`).
pub const BUFFER_ALIGN: usize = 64;

/// How much a pool holds. Nothing is allocated later.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PoolConfig {
    /// Buffers, and as many packets that don't share one.
    pub buffers: u32,
    /// Packets more than buffers: how many clones there can be on top.
    pub clones: u32,
    /// Bytes in each buffer, headroom included; rounded up to [`BUFFER_ALIGN`]. At most 65472,
    /// because offsets of headers are 16 bits wide, as Linux's are.
    pub buffer_size: u32,
}

impl Default for PoolConfig {
    /// 1024 buffers of 2 KiB, which take an Ethernet frame with headroom for anything, and room for
    /// a clone of each.
    fn default() -> Self {
        Self { buffers: 1024, clones: 1024, buffer_size: 2048 }
    }
}

/// Why there is no pool.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PoolError {
    /// No buffers, buffers of no or more than 65472 bytes, or sizes that overflow.
    #[error("a pool needs at least one buffer of 1 to 65472 bytes")]
    BadConfig,
    /// The memory for the packets' bytes is smaller than [`PoolConfig::data_len`].
    #[error("the data region is too small for the pool")]
    DataTooSmall,
    /// The memory for headers is smaller than [`PoolConfig::books_len`].
    #[error("the bookkeeping memory is too small for the pool")]
    BooksTooSmall,
    /// The allocator has no memory.
    #[error("no memory for the pool")]
    NoMemory,
}

impl PoolConfig {
    const fn stride(&self) -> Option<usize> {
        if self.buffers == 0 || self.buffer_size == 0 || self.buffer_size > 65472 {
            return None;
        }
        align(self.buffer_size as usize, BUFFER_ALIGN)
    }

    /// Bytes that the packets' data need, wherever the region starts; `None` for a bad
    /// configuration.
    #[must_use]
    pub const fn data_len(&self) -> Option<usize> {
        let Some(stride) = self.stride() else { return None };
        match stride.checked_mul(self.buffers as usize) {
            Some(len) => len.checked_add(BUFFER_ALIGN - 1),
            None => None,
        }
    }

    /// Bytes that the bookkeeping needs, wherever it starts; `None` for a bad configuration.
    #[must_use]
    pub const fn books_len(&self) -> Option<usize> {
        match Books::layout(self) {
            Some(books) => books.len.checked_add(Books::ALIGN - 1),
            None => None,
        }
    }
}

/// Memory for packets' bytes: a DMA region, a shared mapping, a boxed slice.
///
/// # Safety
/// [`memory`](Self::memory) answers the same block each time. It is initialised, readable and
/// writable, nobody else in this process touches it, and it stays valid until the region is dropped.
/// A device may write into it where, and while, a driver that owns the packet told it to.
#[cfg(feature = "alloc")]
pub unsafe trait Region: Send {
    /// The whole block.
    fn memory(&self) -> NonNull<[u8]>;
}

// SAFETY: a boxed slice is initialised, owned, does not move when the box does. The pointer is made
// from the box's own pointer without a reference in between that later uses could invalidate.
#[cfg(feature = "alloc")]
unsafe impl Region for HeapRegion {
    fn memory(&self) -> NonNull<[u8]> {
        self.0
    }
}

#[cfg(feature = "alloc")]
struct HeapRegion(NonNull<[u8]>);

// SAFETY: the block is owned by this value alone.
#[cfg(feature = "alloc")]
unsafe impl Send for HeapRegion {}

#[cfg(feature = "alloc")]
impl Drop for HeapRegion {
    fn drop(&mut self) {
        // SAFETY: made by `Box::into_raw` in `SkPool::heap`, and given back once.
        drop(unsafe { alloc::boxed::Box::from_raw(self.0.as_ptr()) });
    }
}

/// Offsets of home, headers and shared records in the bookkeeping block.
struct Books {
    headers: usize,
    shared: usize,
    len: usize,
}

impl Books {
    const ALIGN: usize = 64;

    const fn layout(config: &PoolConfig) -> Option<Self> {
        let Some(packets) = config.buffers.checked_add(config.clones) else { return None };
        let Some(headers) = align(size_of::<Home>(), Self::ALIGN) else { return None };
        let Some(header_bytes) = size_of::<Header>().checked_mul(packets as usize) else {
            return None;
        };
        let Some(shared) = headers.checked_add(header_bytes) else { return None };
        let Some(shared_bytes) = size_of::<Shared>().checked_mul(config.buffers as usize) else {
            return None;
        };
        match shared.checked_add(shared_bytes) {
            Some(len) => Some(Self { headers, shared, len }),
            None => None,
        }
    }
}

crate::build_bug_on!(align_of::<Home>() > Books::ALIGN);
crate::build_bug_on!(align_of::<Header>() > Books::ALIGN);
crate::build_bug_on!(align_of::<Shared>() > Books::ALIGN);

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
    /// Headers with a buffer: ready to go.
    ready: List,
    /// Headers without.
    bare: List,
    /// Buffers whose header went elsewhere.
    spare: *mut Shared,
    spares: u32,
    config: PoolConfig,
    truesize: u32,
    stats: PoolStats,
}

/// Headers that the pool owns, last in first out.
struct List {
    top: *mut Header,
    len: u32,
}

impl List {
    const EMPTY: Self = Self { top: ptr::null_mut(), len: 0 };

    /// # Safety
    /// The caller owns `header`.
    unsafe fn push(&mut self, header: NonNull<Header>) {
        // SAFETY: owned by the caller.
        unsafe { (*header.as_ptr()).next = self.top };
        self.top = header.as_ptr();
        self.len += 1;
    }

    fn pop(&mut self) -> Option<NonNull<Header>> {
        let header = NonNull::new(self.top)?;
        // SAFETY: what is on the list is owned by the list.
        self.top = unsafe { (*header.as_ptr()).next };
        self.len -= 1;
        Some(header)
    }
}

// SAFETY: the pool owns what its lists hold; the home is made to be shared between threads.
unsafe impl Send for SkPool {}

impl core::fmt::Debug for SkPool {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SkPool")
            .field("config", &self.config)
            .field("ready", &self.ready.len)
            .field("bare", &self.bare.len)
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
    pub fn heap(config: PoolConfig) -> Result<Self, PoolError> {
        let len = config.data_len().ok_or(PoolError::BadConfig)?;
        let mut bytes = alloc::vec::Vec::new();
        bytes.try_reserve_exact(len).map_err(|_| PoolError::NoMemory)?;
        bytes.resize(len, 0);
        let raw = alloc::boxed::Box::into_raw(bytes.into_boxed_slice());
        // SAFETY: a box's pointer is never null.
        let region = HeapRegion(unsafe { NonNull::new_unchecked(raw) });
        Self::over(alloc::boxed::Box::new(region), config)
    }

    /// A pool whose packets' bytes lie in `region`, so that a buffer which a device filled becomes a
    /// packet without a copy. Bookkeeping comes from the global allocator. The region is dropped when
    /// the pool and its last packet are gone.
    ///
    /// # Errors
    /// [`PoolError::BadConfig`], [`PoolError::DataTooSmall`], [`PoolError::NoMemory`].
    #[cfg(feature = "alloc")]
    pub fn over(
        region: alloc::boxed::Box<dyn Region>,
        config: PoolConfig,
    ) -> Result<Self, PoolError> {
        use core::alloc::Layout;

        let books = Books::layout(&config).ok_or(PoolError::BadConfig)?;
        let data = region.memory();
        check_data(data, &config)?;
        let layout =
            Layout::from_size_align(books.len, Books::ALIGN).map_err(|_| PoolError::BadConfig)?;
        // SAFETY: the layout is not empty: it has room for a home.
        let block =
            NonNull::new(unsafe { alloc::alloc::alloc(layout) }).ok_or(PoolError::NoMemory)?;
        let storage = Storage::Heap { layout, region };
        // SAFETY: the block is fresh, of the size and alignment of `books`; `data` is what the region
        // promises and lives in `storage`; its size was checked.
        Ok(unsafe { Self::build(block, data.cast(), config, storage) })
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
    /// # let books = Box::leak(vec![MaybeUninit::new(0); CONFIG.books_len().unwrap()].into_boxed_slice());
    /// # let data = Box::leak(vec![MaybeUninit::new(0); CONFIG.data_len().unwrap()].into_boxed_slice());
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
        check_data(data, &config)?;
        // SAFETY: both blocks are borrowed exclusively for ever, sizes and alignment were checked,
        // and every byte of `data` has just been initialised.
        Ok(unsafe { Self::build(block, data.cast(), config, Storage::Static) })
    }

    /// # Safety
    /// `block` is exclusive, aligned to and as large as `Books::layout` says; `data` is exclusive,
    /// initialised, of `config.data_len()` bytes after alignment (`check_data`); both live until
    /// `storage` is freed.
    unsafe fn build(
        block: NonNull<u8>,
        data: NonNull<u8>,
        config: PoolConfig,
        storage: Storage,
    ) -> Self {
        // Both were computed before; a default would only make an empty pool.
        let books = Books::layout(&config).unwrap_or(Books { headers: 0, shared: 0, len: 0 });
        let stride = config.stride().unwrap_or(0);
        let packets = config.buffers + config.clones;
        let slots = packets as usize + config.buffers as usize;
        let home = block.cast::<Home>();
        // SAFETY: the block starts with room for a home.
        unsafe { home.write(Home::new(slots, storage)) };
        let mut pool = Self {
            home,
            ready: List::EMPTY,
            bare: List::EMPTY,
            spare: ptr::null_mut(),
            spares: 0,
            config,
            truesize: (stride + size_of::<Header>()) as u32,
            stats: PoolStats::default(),
        };
        let first = data.align_offset(BUFFER_ALIGN);
        // Backwards, so that the lists hand out ascending addresses.
        for n in (0..packets as usize).rev() {
            // SAFETY: `layout` left room for `packets` headers from here on.
            let header = unsafe { block.add(books.headers + n * size_of::<Header>()) }.cast();
            let mut fresh = pool.fresh_header();
            if n < config.buffers as usize {
                // SAFETY: `check_data` left room for `buffers` strides after the alignment.
                let memory = unsafe { data.add(first + n * stride) };
                // SAFETY: `layout` left room for `buffers` shared records from here on.
                let shared = unsafe { block.add(books.shared + n * size_of::<Shared>()) }.cast();
                // SAFETY: in the block, see above.
                unsafe { shared.write(Shared::new(home, memory, stride as u32)) };
                fresh.attach(shared, memory, stride as u32);
            }
            // SAFETY: in the block, see above.
            unsafe { header.write(fresh) };
            // SAFETY: the pool owns the header that it has just made.
            unsafe { pool.shelve(header) };
        }
        pool
    }

    fn fresh_header(&self) -> Header {
        Header {
            next: ptr::null_mut(),
            home: self.home,
            shared: ptr::null_mut(),
            head: ptr::null_mut(),
            data: 0,
            tail: 0,
            end: 0,
            floor: 0,
            data_len: 0,
            truesize: self.truesize,
            mac: UNSET,
            network: UNSET,
            transport: UNSET,
            payload: false,
            meta: Meta::default(),
            cb: ControlBytes([0; CB_LEN]),
        }
    }

    /// An empty packet with `headroom` bytes before its data (`alloc_skb` and `skb_reserve`); `None`
    /// if the pool is exhausted or its buffers are smaller than that.
    #[must_use]
    pub fn alloc(&mut self, headroom: u16) -> Option<SkBuff> {
        if u32::from(headroom) > self.buffer_size() {
            return None;
        }
        let header = match self.ready.pop() {
            Some(header) => header,
            None => self.alloc_slow()?,
        };
        // SAFETY: popped from the list, so owned here; alive as long as the home.
        let fields = unsafe { &mut *header.as_ptr() };
        fields.data = u32::from(headroom);
        fields.tail = u32::from(headroom);
        fields.reset();
        // SAFETY: an owned header with a buffer that nobody else holds.
        Some(unsafe { SkBuff::from_raw(header) })
    }

    /// Takes what came back; failing that, joins a spare buffer and a bare header.
    #[cold]
    fn alloc_slow(&mut self) -> Option<NonNull<Header>> {
        self.reclaim();
        if let Some(header) = self.ready.pop() {
            return Some(header);
        }
        if self.spare.is_null() || self.bare.top.is_null() {
            self.stats.exhausted += 1;
            return None;
        }
        let header = self.bare.pop()?;
        let shared = NonNull::new(self.spare)?;
        // SAFETY: spare buffers are owned by the pool alone.
        let record = unsafe { &*shared.as_ptr() };
        self.spare = record.next;
        self.spares -= 1;
        // SAFETY: the header was popped, so it is owned here.
        unsafe { (*header.as_ptr()).attach(shared, record.memory, record.size) };
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
    unsafe fn shelve(&mut self, header: NonNull<Header>) {
        // SAFETY: owned by the caller.
        let bare = unsafe { (*header.as_ptr()).shared.is_null() };
        let list = if bare { &mut self.bare } else { &mut self.ready };
        // SAFETY: owned by the caller.
        unsafe { list.push(header) };
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
    fn bare_header(&mut self) -> Option<NonNull<Header>> {
        if let Some(header) = self.bare.pop() {
            return Some(header);
        }
        self.reclaim();
        if let Some(header) = self.bare.pop() {
            return Some(header);
        }
        let Some(header) = self.ready.pop() else {
            self.stats.exhausted += 1;
            return None;
        };
        // Its buffer waits for the next header that comes back without one.
        // SAFETY: popped, so owned here.
        if let Some(shared) = NonNull::new(unsafe { (*header.as_ptr()).detach() }) {
            // SAFETY: a ready header holds its buffer alone.
            unsafe { self.shelve_buffer(shared) };
        }
        Some(header)
    }

    /// A packet with a header of its own that shares `skb`'s bytes (`skb_clone`); `None` if the pool
    /// has no header left or the packet has 32767 clones. Metadata and control block are copied.
    ///
    /// The packet may be of another pool: its bytes go back there.
    #[must_use]
    pub fn clone_of(&mut self, skb: &SkBuff) -> Option<SkBuff> {
        let header = self.bare_header()?;
        let from = skb.fields();
        // SAFETY: a packet's buffer is alive as long as the packet.
        if !unsafe { &*from.shared }.get() {
            // SAFETY: owned here, of this home, without a buffer.
            unsafe { self.shelve(header) };
            return None;
        }
        // SAFETY: popped, so owned here.
        let to = unsafe { &mut *header.as_ptr() };
        (to.shared, to.head) = (from.shared, from.head);
        (to.data, to.tail, to.end, to.floor) = (from.data, from.tail, from.end, from.floor);
        (to.data_len, to.truesize) = (from.data_len, from.truesize);
        (to.mac, to.network, to.transport) = (from.mac, from.network, from.transport);
        (to.meta, to.cb) = (from.meta, from.cb);
        to.payload = false;
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
        if let Some(foreign) = unsafe { let_go_of_bytes(header) } {
            // SAFETY: the last holder of a buffer owns it.
            unsafe { home::return_buffer(foreign) };
        }
        // SAFETY: owned, of this home, and so is a buffer that it kept.
        unsafe { self.shelve(header) };
    }

    /// Packets that can be allocated now, after taking back what others freed.
    pub fn free(&mut self) -> u32 {
        self.reclaim();
        self.ready.len + self.spares.min(self.bare.len)
    }

    /// Whether every packet and buffer is back.
    pub fn is_whole(&mut self) -> bool {
        self.reclaim();
        self.ready.len + self.bare.len == self.config.buffers + self.config.clones
            && self.ready.len + self.spares == self.config.buffers
    }

    /// Bytes in each buffer, headroom included.
    #[must_use]
    pub fn buffer_size(&self) -> u32 {
        self.truesize - size_of::<Header>() as u32
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
        let mut slots = (self.ready.len * 2 + self.bare.len + self.spares) as usize;
        while !header.is_null() {
            // SAFETY: the list was taken whole, so its headers are owned here.
            let fields = unsafe { &*header };
            slots += if fields.shared.is_null() { 1 } else { 2 };
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

impl Header {
    fn attach(&mut self, shared: NonNull<Shared>, memory: NonNull<u8>, size: u32) {
        self.shared = shared.as_ptr();
        self.head = memory.as_ptr();
        self.end = size;
    }

    fn detach(&mut self) -> *mut Shared {
        self.head = ptr::null_mut();
        mem::replace(&mut self.shared, ptr::null_mut())
    }

    /// What a new packet must not inherit from the last use of its header.
    fn reset(&mut self) {
        self.floor = 0;
        self.data_len = 0;
        self.payload = false;
        (self.mac, self.network, self.transport) = (UNSET, UNSET, UNSET);
        self.meta = Meta::default();
        self.cb = ControlBytes([0; CB_LEN]);
    }

    /// Swaps buffers with `other`, which is how a packet gets bytes of its own.
    pub(super) fn swap_buffers(&mut self, other: &mut Self) {
        mem::swap(&mut self.shared, &mut other.shared);
        mem::swap(&mut self.head, &mut other.head);
        mem::swap(&mut self.end, &mut other.end);
        mem::swap(&mut self.truesize, &mut other.truesize);
    }
}

fn check_data(data: NonNull<[u8]>, config: &PoolConfig) -> Result<(), PoolError> {
    let stride = config.stride().ok_or(PoolError::BadConfig)?;
    let skip = data.cast::<u8>().align_offset(BUFFER_ALIGN);
    let wanted = stride.checked_mul(config.buffers as usize).and_then(|len| len.checked_add(skip));
    match wanted {
        Some(len) if len <= data.len() => Ok(()),
        Some(_) => Err(PoolError::DataTooSmall),
        None => Err(PoolError::BadConfig),
    }
}

/// Gives up a header's reference to its bytes. Afterwards the header holds a buffer only if it was
/// the last holder and both are of one home. Answers a buffer of another home that was left over.
///
/// # Safety
/// The caller owns `header`, which holds a reference to a buffer, of the kind that `payload` says.
unsafe fn let_go_of_bytes(header: NonNull<Header>) -> Option<NonNull<Shared>> {
    // SAFETY: owned by the caller.
    let fields = unsafe { &mut *header.as_ptr() };
    let shared = NonNull::new(fields.shared)?;
    // SAFETY: alive, because this reference is still held.
    let last = unsafe { shared.as_ref() }.put(fields.payload);
    if !last {
        fields.detach();
        return None;
    }
    // SAFETY: the last holder owns the buffer.
    let same_home = unsafe { shared.as_ref() }.home == fields.home;
    if same_home {
        return None;
    }
    fields.detach();
    Some(shared)
}

/// Frees a packet from where its pool is not at hand.
///
/// # Safety
/// As [`let_go_of_bytes`].
pub(super) unsafe fn free_remote(header: NonNull<Header>) {
    // SAFETY: passed on.
    if let Some(foreign) = unsafe { let_go_of_bytes(header) } {
        // SAFETY: the last holder of a buffer owns it.
        unsafe { home::return_buffer(foreign) };
    }
    // SAFETY: owned; a buffer that it kept is of the same home and held by nobody else.
    unsafe { home::return_header(header) };
}
