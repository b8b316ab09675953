//! Filters in a list, found by their handles.

use alloc::vec::Vec;

use super::FilterError;
use super::handles::Handles;

/// Filters of one priority with their handles, the newest first, as basic and bpf keep them.
#[derive(Debug)]
pub(super) struct Listed<F> {
    filters: Vec<(u32, F)>,
    handles: Handles,
}

impl<F> Listed<F> {
    pub(super) fn new() -> Self {
        Self { filters: Vec::new(), handles: Handles::default() }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &F> {
        self.filters.iter().map(|(_, filter)| filter)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut F> {
        self.filters.iter_mut().map(|(_, filter)| filter)
    }

    pub(super) fn get(&self, handle: u32) -> Option<&F> {
        self.filters.iter().find(|one| one.0 == handle).map(|(_, filter)| filter)
    }

    /// Makes a filter, in place of the one of this handle or as a new one. Gives its handle: a free one
    /// if `handle` is 0.
    pub(super) fn put(
        &mut self,
        handle: u32,
        make: impl FnOnce(u32) -> F,
    ) -> Result<u32, FilterError> {
        if let Some((_, old)) = self.filters.iter_mut().find(|one| one.0 == handle) {
            *old = make(handle);
            return Ok(handle);
        }
        let handle = self.handles.take(handle).ok_or(FilterError::NoHandle)?;
        self.filters.insert(0, (handle, make(handle)));
        Ok(handle)
    }

    /// Takes a filter out, and tells whether it was the last.
    pub(super) fn delete(&mut self, handle: u32) -> bool {
        self.filters.retain(|one| one.0 != handle);
        self.handles.free(handle);
        self.filters.is_empty()
    }
}
