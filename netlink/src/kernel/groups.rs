//! The groups that a socket listens to, and how many listen to each.

use alloc::vec::Vec;

/// `nlk->groups`: a bit each, from group 1; as long as the protocol had groups when the socket first
/// asked for one.
#[derive(Debug, Default)]
pub(super) struct Groups {
    words: Vec<u32>,
    known: u32,
    subscriptions: u32,
}

impl Groups {
    /// `nlk->ngroups`.
    pub(super) const fn known(&self) -> u32 {
        self.known
    }

    /// How many are listened to.
    pub(super) const fn subscriptions(&self) -> u32 {
        self.subscriptions
    }

    /// `netlink_realloc_groups`.
    pub(super) fn grow(&mut self, groups: u32) {
        if self.known < groups {
            self.words.resize(groups.div_ceil(32) as usize, 0);
            self.known = groups;
        }
    }

    /// Whether `group` is listened to.
    pub(super) fn has(&self, group: u32) -> bool {
        self.place(group)
            .is_some_and(|(word, bit)| self.words.get(word).is_some_and(|word| word & bit != 0))
    }

    /// Listens, or stops. Whether that changed something.
    pub(super) fn set(&mut self, group: u32, on: bool) -> bool {
        let Some((word, bit)) = self.place(group) else {
            return false;
        };
        let Some(word) = self.words.get_mut(word) else {
            return false;
        };
        let was = *word & bit != 0;
        if was == on {
            return false;
        }
        *word ^= bit;
        self.subscriptions = if on {
            self.subscriptions.saturating_add(1)
        } else {
            self.subscriptions.saturating_sub(1)
        };
        true
    }

    /// The groups 1 to 32.
    pub(super) fn low(&self) -> u32 {
        self.words.first().copied().unwrap_or(0)
    }

    /// `NETLINK_LIST_MEMBERSHIPS`: as whole words.
    pub(super) fn words(&self) -> &[u32] {
        &self.words
    }

    /// Every group that is listened to, from the lowest.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (1..=self.known).filter(|&group| self.has(group))
    }

    fn place(&self, group: u32) -> Option<(usize, u32)> {
        let bit = group.checked_sub(1).filter(|&bit| bit < self.known)?;
        Some(((bit / 32) as usize, 1 << (bit % 32)))
    }
}
