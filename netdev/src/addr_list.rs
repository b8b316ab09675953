//! The addresses a device listens to besides its own.

use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;

use crate::ops::Refused;

/// Addresses with the number of those who asked for each (`struct netdev_hw_addr_list`). In the
/// order in which they came.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AddrList {
    entries: Vec<(MacAddr, u32)>,
}

impl AddrList {
    /// The most that one list takes: nothing is unbounded.
    pub const LIMIT: usize = 1024;

    /// Asks for an address (`__dev_uc_add`, `__dev_mc_add`). Answers whether it is new.
    ///
    /// # Errors
    /// [`Refused::Overflow`] if the list is full or the address was asked for 2³² times.
    pub(crate) fn add(&mut self, address: MacAddr) -> Result<bool, Refused> {
        if let Some((_, refs)) = self.entries.iter_mut().find(|(known, _)| *known == address) {
            *refs = refs.checked_add(1).ok_or(Refused::Overflow)?;
            return Ok(false);
        }
        if self.entries.len() >= Self::LIMIT {
            return Err(Refused::Overflow);
        }
        self.entries.push((address, 1));
        Ok(true)
    }

    /// Takes a request back. Answers whether nobody wants the address any more.
    ///
    /// # Errors
    /// [`Refused::Invalid`] if nobody had asked for it.
    pub(crate) fn remove(&mut self, address: MacAddr) -> Result<bool, Refused> {
        let at = self.entries.iter().position(|(known, _)| *known == address);
        let Some((at, (_, refs))) = at.and_then(|at| Some((at, self.entries.get_mut(at)?))) else {
            return Err(Refused::Invalid);
        };
        *refs -= 1;
        if *refs > 0 {
            return Ok(false);
        }
        self.entries.remove(at);
        Ok(true)
    }

    /// The addresses.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = MacAddr> + '_ {
        self.entries.iter().map(|&(address, _)| address)
    }

    /// How many addresses there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many asked for `address`.
    #[must_use]
    pub fn refs(&self, address: MacAddr) -> u32 {
        self.entries.iter().find(|(known, _)| *known == address).map_or(0, |&(_, refs)| refs)
    }
}
