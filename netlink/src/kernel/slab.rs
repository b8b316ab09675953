//! Sockets by number, where a number that was given back is not mistaken for its next owner's.

use alloc::vec::Vec;

/// A socket of a table: a file descriptor's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId {
    pub(super) index: u32,
    generation: u32,
}

#[derive(Debug)]
struct Slot<T> {
    generation: u32,
    value: Option<T>,
}

#[derive(Debug)]
pub(super) struct Slab<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    most: u32,
}

impl<T> Slab<T> {
    pub(super) const fn new(most: u32) -> Self {
        Self { slots: Vec::new(), free: Vec::new(), most }
    }

    /// Gives `value` back where there are as many as may be.
    pub(super) fn insert(&mut self, value: T) -> Result<SocketId, T> {
        if let Some(index) = self.free.pop()
            && let Some(slot) = self.slots.get_mut(index as usize)
        {
            slot.value = Some(value);
            return Ok(SocketId { index, generation: slot.generation });
        }
        match u32::try_from(self.slots.len()) {
            Ok(index) if index < self.most => {
                self.slots.push(Slot { generation: 0, value: Some(value) });
                Ok(SocketId { index, generation: 0 })
            }
            _ => Err(value),
        }
    }

    pub(super) fn remove(&mut self, id: SocketId) -> Option<T> {
        let slot = self.slots.get_mut(id.index as usize)?;
        if slot.generation != id.generation {
            return None;
        }
        let value = slot.value.take()?;
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(id.index);
        Some(value)
    }

    pub(super) fn get(&self, id: SocketId) -> Option<&T> {
        let slot = self.slots.get(id.index as usize)?;
        slot.value.as_ref().filter(|_| slot.generation == id.generation)
    }

    pub(super) fn get_mut(&mut self, id: SocketId) -> Option<&mut T> {
        let slot = self.slots.get_mut(id.index as usize)?;
        let generation = slot.generation;
        slot.value.as_mut().filter(|_| generation == id.generation)
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len().saturating_sub(self.free.len())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (SocketId, &T)> {
        self.slots.iter().zip(0..).filter_map(|(slot, index)| {
            let id = SocketId { index, generation: slot.generation };
            slot.value.as_ref().map(|value| (id, value))
        })
    }
}
