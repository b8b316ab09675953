//! Which of a link's keys a frame needs, and the frame opened with it.

use crate::RxDrop;
use crate::cipher::{Key, Opened, Replay, Wanted, is_group_privacy_action, wanted};
use crate::frame::{FrameControl, FrameType, Kind};
use crate::{CipherSuite, rx::Guard};

/// Pairwise keys and data group keys have indexes below this one (`NUM_DEFAULT_KEYS`).
const DATA_KEYS: usize = 4;

/// The keys of a link: pairwise ones (`sta->ptk`), and those of groups (`link->gtk`), which are WEP's, too.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pairwise: [Option<Key>; DATA_KEYS],
    /// The pairwise key that frames are sent with (`sta->ptk_idx`).
    ptk_idx: usize,
    /// 0 to 3 for data, 4 and 5 for management frames to groups, 6 and 7 for beacons.
    group: [Option<Key>; 8],
    installed: u32,
}

/// The place of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Slot {
    Pairwise(usize),
    Group(usize),
}

/// What `ieee80211_rx_h_decrypt` finds out.
#[derive(Debug)]
pub(super) struct Decrypted {
    /// `None`: it was not protected, or with nothing that is checked here.
    pub(super) opened: Option<Opened>,
    /// Whose key it came under, or should have come under.
    pub(super) slot: Option<Slot>,
    pub(super) guard: Guard,
}

impl Keys {
    /// `false`: it is there already, and its counters go on (`ieee80211_key_link`); or it is none for data.
    pub(super) fn install_pairwise(&mut self, key: Key) -> bool {
        let index = usize::from(key.index());
        let installed = index < DATA_KEYS && self.install(Slot::Pairwise(index), key);
        if installed {
            self.ptk_idx = index;
        }
        installed
    }

    /// As [`install_pairwise`](Self::install_pairwise).
    pub(super) fn install_group(&mut self, key: Key) -> bool {
        self.install(Slot::Group(usize::from(key.index())), key)
    }

    fn install(&mut self, slot: Slot, key: Key) -> bool {
        if self.get(slot).is_some_and(|old| old.is_identical(&key)) {
            return false;
        }
        let key = self.coloured(key);
        let place = match slot {
            Slot::Pairwise(index) => self.pairwise.get_mut(index),
            Slot::Group(index) => self.group.get_mut(index),
        };
        if let Some(place) = place {
            *place = Some(key);
        }
        true
    }

    fn coloured(&mut self, key: Key) -> Key {
        self.installed = self.installed.wrapping_add(1);
        key.with_color(self.installed)
    }

    pub(super) fn clear(&mut self) {
        // The count goes on: a fragment from before must not find its colour again.
        *self = Self { installed: self.installed, ..Self::default() };
    }

    pub(super) fn get(&self, slot: Slot) -> Option<&Key> {
        match slot {
            Slot::Pairwise(index) => self.pairwise.get(index)?.as_ref(),
            Slot::Group(index) => self.group.get(index)?.as_ref(),
        }
    }

    pub(super) fn get_mut(&mut self, slot: Slot) -> Option<&mut Key> {
        match slot {
            Slot::Pairwise(index) => self.pairwise.get_mut(index)?.as_mut(),
            Slot::Group(index) => self.group.get_mut(index)?.as_mut(),
        }
    }

    /// Opens a frame in place, if it is protected (`ieee80211_rx_h_decrypt`). `mfp`: who sent it protects
    /// management frames.
    pub(super) fn decrypt(
        &mut self,
        frame: &mut [u8],
        mfp: bool,
        replay: Replay,
    ) -> Result<Decrypted, RxDrop> {
        let group = frame.get(4).is_some_and(|first| first & 1 == 1);
        let clear = |slot| Ok(Decrypted { opened: None, slot, guard: Guard::Clear });
        let slot = match wanted(frame)? {
            Wanted::None => return clear(self.expected(frame, group)),
            Wanted::Data(index) => self.of_data(usize::from(index), group),
            // They have to be encrypted, under the group's key for data.
            Wanted::Igtk(_) if mfp && is_group_privacy_action(frame) => {
                return Err(RxDrop::Monitor);
            }
            Wanted::Igtk(index) => self.present(Slot::Group(usize::from(index))),
            Wanted::Bigtk(index) => match self.bigtk(usize::from(index)) {
                // Beacon protection is not in use.
                None => return clear(None),
                slot => slot,
            },
        };
        let slot = slot.ok_or(RxDrop::NoKey)?;
        let key = self.get_mut(slot).ok_or(RxDrop::NoKey)?;
        let Some(opened) = key.open(frame, replay)? else { return clear(Some(slot)) };
        let color = opened.color;
        let guard = match key.suite() {
            CipherSuite::WEP40 | CipherSuite::WEP104 | CipherSuite::TKIP => Guard::Key { color },
            _ => Guard::Numbered { color, pn: opened.pn },
        };
        Ok(Decrypted { opened: Some(opened), slot: Some(slot), guard })
    }

    fn present(&self, slot: Slot) -> Option<Slot> {
        self.get(slot).map(|_| slot)
    }

    /// The beacon key with this index, else the one with the other: who claims an index without a key must
    /// fail, and not pass as in a cell without keys (`ieee80211_rx_get_bigtk`).
    fn bigtk(&self, index: usize) -> Option<Slot> {
        [index, index ^ 1].into_iter().find_map(|index| self.present(Slot::Group(index)))
    }

    /// The key of an encrypted frame: to one station its pairwise key or a WEP key, to a group the
    /// group's.
    fn of_data(&self, index: usize, group: bool) -> Option<Slot> {
        let ptk = self.present(Slot::Pairwise(self.ptk_idx)).filter(|_| !group);
        if let Some(ptk) = ptk {
            return Some(self.present(Slot::Pairwise(index)).unwrap_or(ptk));
        }
        let slot = self.present(Slot::Group(index))?;
        let wep = |suite| matches!(suite, CipherSuite::WEP40 | CipherSuite::WEP104);
        (group || self.get(slot).is_some_and(|key| wep(key.suite()))).then_some(slot)
    }

    /// The key that a frame in the clear could have come under. Linux does not ask for WEP's keys here, and so
    /// takes data in the clear where only those are set; we refuse it.
    fn expected(&self, frame: &[u8], group: bool) -> Option<Slot> {
        if let Some(ptk) = self.present(Slot::Pairwise(self.ptk_idx)).filter(|_| !group) {
            return Some(ptk);
        }
        let fc = FrameControl::of(frame)?;
        let mut indexes = match fc.frame_type() {
            FrameType::Management if fc.kind() == Kind::BEACON => 6..8,
            FrameType::Management if group => 4..6,
            _ => 0..DATA_KEYS,
        };
        indexes.find_map(|index| self.present(Slot::Group(index)))
    }
}
