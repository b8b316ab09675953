//! The families there are.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Range;

use thiserror::Error;

use super::ctrl::cmd;
use super::groups::Groups;
use super::{
    Definition, Flawed, GroupFlags, ID_CTRL, ID_PMCRAID, ID_VFS_DQUOT, MAX_ID, McastGroup,
    START_ALLOC, ctrl,
};
use crate::errno::Errno;

/// The families by id, `nlctrl` among them from the start.
///
/// `T` is what the embedder keeps with each: its handler, or a word to find that by.
#[derive(Debug)]
pub struct Registry<T> {
    pub(super) families: BTreeMap<u16, Family<T>>,
    groups: Groups,
    /// Where the search for the next id begins (`idr_next`).
    next: u16,
}

/// A registered family.
#[derive(Debug)]
pub struct Family<T> {
    identity: Identity,
    /// The embedder's; none for `nlctrl`.
    handler: Option<T>,
}

/// Who a registered family is: its definition, and the numbers that it was given.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    id: u16,
    first_group: u32,
    definition: &'static Definition,
}

impl Identity {
    /// Its id: the type of its messages.
    #[must_use]
    pub const fn id(&self) -> u16 {
        self.id
    }

    /// What it is.
    #[must_use]
    pub const fn definition(&self) -> &'static Definition {
        self.definition
    }

    /// The numbers of its groups, in the order of [`Definition::groups`].
    #[must_use]
    pub const fn groups(&self) -> Range<u32> {
        let end = self.first_group.saturating_add(self.definition.groups.len() as u32);
        self.first_group..end
    }

    /// Its groups by their numbers.
    pub(super) fn numbered_groups(&self) -> impl Iterator<Item = (u32, &'static McastGroup)> {
        self.groups().zip(self.definition.groups)
    }

    /// A family that does not know of nets is in the initial one only.
    pub(super) const fn is_seen(&self, from_initial_net: bool) -> bool {
        self.definition.netns_ok || from_initial_net
    }
}

impl<T> Family<T> {
    /// What the embedder keeps with it; none for `nlctrl`, whose answers are [`Registry`]'s.
    #[must_use]
    pub const fn handler(&self) -> Option<&T> {
        self.handler.as_ref()
    }

    /// Who it is.
    #[must_use]
    pub const fn identity(&self) -> Identity {
        self.identity
    }
}

impl<T> core::ops::Deref for Family<T> {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.identity
    }
}

/// A message for those who listen to `nlctrl`'s group, number [`ID_CTRL`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The message.
    pub bytes: Vec<u8>,
    /// Whether it goes to all nets, or to the initial one only.
    pub all_nets: bool,
}

/// A family that was unregistered.
#[derive(Debug)]
pub struct Unregistered<T> {
    /// What the embedder kept with it.
    pub handler: T,
    /// Groups that nobody can listen to any more: their listeners are to be dropped
    /// (`__netlink_clear_multicast_users`) before the notifications leave.
    pub groups: Range<u32>,
    /// What to tell, in this order.
    pub notifications: Vec<Notification>,
}

/// Why a family was not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// The definition can't be.
    #[error(transparent)]
    Flawed(#[from] Flawed),
    /// There is a family of that name.
    #[error("a family of that name is there")]
    Exists,
    /// All ids are given out.
    #[error("no id is left")]
    NoId,
}

impl RegisterError {
    /// What `genl_register_family` fails with.
    #[must_use]
    pub const fn errno(self) -> Errno {
        match self {
            Self::Flawed(_) => Errno::EINVAL,
            Self::Exists => Errno::EEXIST,
            Self::NoId => Errno::ENOSPC,
        }
    }
}

impl<T> Registry<T> {
    /// A registry with `nlctrl`.
    #[must_use]
    pub fn new() -> Self {
        let (id, first_group) = (ID_CTRL, u32::from(ID_CTRL));
        let identity = Identity { id, first_group, definition: &ctrl::FAMILY };
        let nlctrl = Family { identity, handler: None };
        Self {
            families: BTreeMap::from([(ID_CTRL, nlctrl)]),
            groups: Groups::new(),
            next: ID_CTRL.saturating_add(1),
        }
    }

    /// Registers a family (`genl_register_family`): its id, and what to tell.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub fn register(
        &mut self,
        definition: &'static Definition,
        handler: T,
    ) -> Result<(u16, Vec<Notification>), RegisterError> {
        definition.check()?;
        if self.by_name(definition.name.as_bytes()).is_some() {
            return Err(RegisterError::Exists);
        }
        // Two families have their number from before ids were given out.
        let id = match definition.name {
            "VFS_DQUOT" => self.take_id(ID_VFS_DQUOT, ID_VFS_DQUOT)?,
            "pmcraid" => self.take_id(ID_PMCRAID, ID_PMCRAID)?,
            _ => self.take_id(START_ALLOC, MAX_ID)?,
        };
        let first_group = self.take_groups(id, definition);
        let family = Identity { id, first_group, definition };
        let new_groups = family.numbered_groups();
        let told = new_groups
            .filter_map(|(number, group)| family.tell_group(cmd::NEW_MCAST_GRP, number, group));
        let notifications = family.tell(cmd::NEW_FAMILY).into_iter().chain(told).collect();
        self.families.insert(id, Family { identity: family, handler: Some(handler) });
        Ok((id, notifications))
    }

    /// Takes a family away (`genl_unregister_family`); `None` where there is none of that id, or it is `nlctrl`.
    pub fn unregister(&mut self, id: u16) -> Option<Unregistered<T>> {
        self.families.get(&id)?.handler()?;
        let family = self.families.remove(&id)?;
        let groups = family.groups();
        self.groups.free(groups.clone());
        let gone = family.numbered_groups();
        let told =
            gone.filter_map(|(number, group)| family.tell_group(cmd::DEL_MCAST_GRP, number, group));
        let notifications = told.chain(family.tell(cmd::DEL_FAMILY)).collect();
        Some(Unregistered { handler: family.handler?, groups, notifications })
    }

    /// `genl_family_find_byid`.
    #[must_use]
    pub fn by_id(&self, id: u16) -> Option<&Family<T>> {
        self.families.get(&id)
    }

    /// `genl_family_find_byname`; `name` without its NUL.
    #[must_use]
    pub fn by_name(&self, name: &[u8]) -> Option<&Family<T>> {
        self.families.values().find(|family| family.definition.name.as_bytes() == name)
    }

    /// What the embedder keeps with a family.
    pub fn handler_mut(&mut self, id: u16) -> Option<&mut T> {
        self.families.get_mut(&id)?.handler.as_mut()
    }

    /// The families, by id.
    pub fn families(&self) -> impl Iterator<Item = &Family<T>> {
        self.families.values()
    }

    /// How many groups the protocol must have now (`netlink_change_ngroups`), a multiple of 64. It never shrinks.
    #[must_use]
    pub fn group_count(&self) -> u32 {
        self.groups.len()
    }

    /// What one must be capable of to listen to `group` (`genl_bind`); nothing, for a group of nobody's.
    #[must_use]
    pub fn group_flags(&self, group: u32) -> GroupFlags {
        let mut numbered = self.families.values().flat_map(|family| family.numbered_groups());
        let found = numbered.find(|&(number, _)| number == group);
        found.map_or_else(GroupFlags::default, |(_, group)| group.flags)
    }

    /// What the embedder keeps with the family that has `group`, and the group's place in that family.
    pub(super) fn group_mut(&mut self, group: u32) -> Option<(&mut T, usize)> {
        let family = self.families.values_mut().find(|family| family.groups().contains(&group))?;
        let at = group.checked_sub(family.groups().start)?;
        Some((family.handler.as_mut()?, usize::try_from(at).ok()?))
    }

    /// `idr_alloc_cyclic`: the next free id, from the beginning again behind the last.
    fn take_id(&mut self, start: u16, end: u16) -> Result<u16, RegisterError> {
        let next = self.next.max(start);
        let free = |id: &u16| !self.families.contains_key(id);
        let id = (next..=end).find(free).or_else(|| (start..=end).find(free));
        let id = id.ok_or(RegisterError::NoId)?;
        self.next = id.saturating_add(1);
        Ok(id)
    }

    /// `genl_validate_assign_mc_groups`.
    fn take_groups(&mut self, id: u16, definition: &Definition) -> u32 {
        let count = u32::try_from(definition.groups.len()).unwrap_or(u32::MAX);
        match (count, definition.name, id) {
            (0, ..) => 0,
            (_, "NET_DM", _) => 1,
            (_, _, ID_VFS_DQUOT | ID_PMCRAID) => u32::from(id),
            _ => self.groups.take(count),
        }
    }
}

impl<T> Default for Registry<T> {
    fn default() -> Self {
        Self::new()
    }
}
