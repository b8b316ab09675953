//! What a message weighs: the memory that Linux takes for it, by which receive buffers fill.

/// Sizes of Linux's buffers, from which truesize follows.
///
/// A message is charged by the memory behind it rather than by its length, so a receive buffer of 212,992
/// bytes holds 256 short messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// `PAGE_SIZE`.
    pub page: u32,
    /// `SMP_CACHE_BYTES`: what the parts are aligned to.
    pub cache_line: u32,
    /// `struct sk_buff`, aligned.
    pub sk_buff: u32,
    /// `struct skb_shared_info`, aligned: at the end of every head.
    pub shared_info: u32,
    /// `SKB_SMALL_HEAD_CACHE_SIZE`: the head of everything that fits; by the kernel's configuration.
    pub small_head: u32,
}

impl Layout {
    /// Linux 6.18 on x86-64, measured: 832 bytes for a message of up to 256, 1280 to 704, 2304 to 1728, 4352 to
    /// 3776.
    pub const X86_64: Self =
        Self { page: 4096, cache_line: 64, sk_buff: 256, shared_info: 320, small_head: 576 };

    /// `SKB_WITH_OVERHEAD`: the bytes of data in `head` bytes.
    #[must_use]
    pub const fn with_overhead(&self, head: u32) -> u32 {
        head.saturating_sub(self.shared_info)
    }

    /// `NLMSG_GOODSIZE`: what fits a page.
    #[must_use]
    pub const fn goodsize(&self) -> u32 {
        self.with_overhead(if self.page < 8192 { self.page } else { 8192 })
    }

    /// The most that a reader's buffer makes a dump's parts grow to.
    #[must_use]
    pub const fn largest_part(&self) -> u32 {
        self.with_overhead(32_768)
    }

    /// `SOCK_MIN_RCVBUF`.
    #[must_use]
    pub const fn min_rcvbuf(&self) -> u32 {
        self.sk_buff.saturating_add(2048)
    }

    /// `SOCK_MIN_SNDBUF`.
    #[must_use]
    pub const fn min_sndbuf(&self) -> u32 {
        self.min_rcvbuf().saturating_mul(2)
    }

    /// Of a buffer made by `alloc_skb(len)`.
    #[must_use]
    pub fn alloc(&self, len: usize) -> u32 {
        self.reserve(clamp(len)).saturating_add(self.sk_buff)
    }

    /// Of what a program sends to one receiver (`netlink_alloc_large_skb`): more than a page is not rounded up.
    #[must_use]
    pub fn large(&self, len: usize) -> u32 {
        let head = self.head_align(clamp(len));
        if head <= self.page { self.alloc(len) } else { head.saturating_add(self.sk_buff) }
    }

    /// Of `len` bytes in a buffer made for `capacity` (`netlink_trim`): moved to a smaller one where more than
    /// half of it is unused.
    #[must_use]
    pub fn trimmed(&self, len: usize, capacity: usize) -> u32 {
        let truesize = self.alloc(capacity);
        let end = self.with_overhead(self.reserve(clamp(capacity)));
        let unused = end.saturating_sub(clamp(len));
        if unused.saturating_mul(2) < truesize { truesize } else { self.alloc(len) }
    }

    /// `SKB_HEAD_ALIGN`.
    fn head_align(&self, len: u32) -> u32 {
        let aligned = len.checked_next_multiple_of(self.cache_line).unwrap_or(len);
        aligned.saturating_add(self.shared_info)
    }

    /// `kmalloc_reserve`: the head that data of `len` bytes gets.
    fn reserve(&self, len: u32) -> u32 {
        let head = self.head_align(len);
        if head <= self.small_head {
            self.small_head
        } else {
            head.checked_next_power_of_two().unwrap_or(u32::MAX)
        }
    }
}

fn clamp(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `SO_MEMINFO` said after one message of each length, on Linux 6.18.44.
    #[test]
    fn measured_on_a_kernel() {
        let layout = Layout::X86_64;
        let unicast = [
            (1, 832),
            (256, 832),
            (257, 1280),
            (704, 1280),
            (705, 2304),
            (1728, 2304),
            (1729, 4352),
            (3776, 4352),
            (3777, 4416),
            (3840, 4416),
            (3841, 4480),
            (8577, 9216),
        ];
        for (len, truesize) in unicast {
            assert_eq!(layout.large(len), truesize, "{len} bytes to one");
        }
        let broadcast = [(256, 832), (3776, 4352), (3777, 8448), (7873, 16_640), (16_065, 33_024)];
        for (len, truesize) in broadcast {
            assert_eq!(layout.alloc(len), truesize, "{len} bytes to a group");
        }
    }

    /// `SK_RMEM_MAX` is 256 buffers of 256 bytes.
    #[test]
    fn the_default_buffer_holds_256_short_messages() {
        assert_eq!(Layout::X86_64.alloc(256) * 256, 212_992);
        assert_eq!(Layout::X86_64.goodsize(), 3776);
        assert_eq!(Layout::X86_64.largest_part(), 32_448);
        assert_eq!(Layout::X86_64.min_rcvbuf(), 2304);
    }

    #[test]
    fn a_page_that_is_mostly_unused_is_given_back() {
        let layout = Layout::X86_64;
        assert_eq!(layout.trimmed(1600, 3776), layout.alloc(1600));
        assert_eq!(layout.trimmed(1601, 3776), 4352);
        assert_eq!(layout.trimmed(3776, 3776), 4352);
    }
}
