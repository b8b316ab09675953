//! What alloc and free can't be cheaper than: a bare list of preallocated objects.

use core::cell::Cell;
use core::hint::black_box;

/// Cache lines that a packet's header takes up; the shared record adds one that is only read.
pub const HEADER_LINES: usize = 3;

/// Those of them that alloc writes to. The last is the control block's, which nobody touches before
/// it is used: a test beside `Header` in sk-buff says so.
pub const TOUCHED_LINES: usize = 2;

#[derive(Default)]
#[repr(align(64))]
struct Line([Cell<u64>; 8]);

/// As many lines as a packet's header, and a pointer to one more.
#[derive(Default)]
#[repr(C, align(64))]
pub struct Object {
    next: Cell<Option<&'static Object>>,
    shared: Cell<Option<&'static Line>>,
    first: Cell<u64>,
    lines: [Line; HEADER_LINES - 1],
}

const _: () = assert!(size_of::<Object>() == HEADER_LINES * 64);

/// Objects made beforehand, last in first out.
///
/// Touches the lines that a packet pool touches, and does nothing else: taking one writes a word to
/// each line of the header that is in use, giving it back reads the line that clones would share.
/// References that live for ever, so that nothing is checked or dropped on the way.
pub struct FreeList {
    top: Option<&'static Object>,
}

impl FreeList {
    /// A list of `count` objects, whose memory is never freed.
    #[must_use]
    pub fn new(count: usize) -> Self {
        // Neighbours in the list are neighbours in memory, as in a pool.
        let objects: &[Object] = Vec::leak((0..count).map(|_| Object::default()).collect());
        let shared: &[Line] = Vec::leak((0..count).map(|_| Line::default()).collect());
        let mut list = Self { top: None };
        for (object, shared) in objects.iter().zip(shared).rev() {
            object.shared.set(Some(shared));
            list.free(object);
        }
        list
    }

    /// Takes one out.
    #[inline]
    pub fn alloc(&mut self, value: u64) -> Option<&'static Object> {
        let object = self.top?;
        self.top = object.next.get();
        object.first.set(value);
        for line in object.lines.iter().take(TOUCHED_LINES - 1) {
            line.0[0].set(value);
        }
        Some(object)
    }

    /// Gives one back.
    #[inline]
    pub fn free(&mut self, object: &'static Object) {
        if let Some(shared) = object.shared.get() {
            black_box(shared.0[0].get());
        }
        object.next.set(self.top);
        self.top = Some(object);
    }
}
