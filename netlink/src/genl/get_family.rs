//! What is told of families: `CTRL_CMD_NEWFAMILY` and its kin.

use alloc::vec::Vec;

use super::ctrl::{self, cmd};
use super::{
    Answers, Caller, GenlHeader, ID_CTRL, Identity, Info, MESSAGE_SIZE, McastGroup, Notification,
    Registry,
};
use crate::errno::Errno;
use crate::extack::ExtAck;
use crate::wire::{Body, Flags, Header, WriteError, Writer};

/// The state of a dump of all families: how many were told of. Starts at its default.
#[derive(Debug, Clone, Copy, Default)]
pub struct FamilyDump {
    told: usize,
}

impl<T> Registry<T> {
    /// Answers `CTRL_CMD_GETFAMILY` for one family (`ctrl_getfamily`). A name goes before an id. A buffer of
    /// [`MESSAGE_SIZE`](super::MESSAGE_SIZE) is what Linux has for the answer.
    ///
    /// # Errors
    /// The number to answer with.
    pub fn get_family(
        &self,
        info: &Info<'_>,
        caller: &impl Caller,
        extack: &mut ExtAck,
        to: &mut dyn Answers,
    ) -> Result<(), Errno> {
        let asked = info.parse::<3>(extack)?;
        let family = match (asked.get(1).and_then(|id| id.u16()), asked.get(2)) {
            (_, Some(name)) => self.by_name(name.c_str()),
            (Some(id), None) => self.by_id(id),
            (None, None) => return Err(Errno::EINVAL),
        };
        let family =
            family.filter(|family| family.is_seen(caller.in_initial_net())).ok_or(Errno::ENOENT)?;
        let written = to.message(ID_CTRL, &mut |body| family.write(cmd::NEW_FAMILY, body));
        written.map_err(|_| Errno::EMSGSIZE)
    }

    /// Writes as many families as fit (`ctrl_dumpfamily`), those that are seen from the initial net or from others.
    ///
    /// # Errors
    /// [`WriteError`]: not all fitted; go on with the same state and another buffer. In Linux it is EMSGSIZE, which
    /// ends the dump if not even one did.
    pub fn dump_families(
        &self,
        state: &mut FamilyDump,
        from_initial_net: bool,
        to: &mut dyn Answers,
    ) -> Result<(), WriteError> {
        let seen = self.families().filter(|family| family.is_seen(from_initial_net));
        for family in seen.skip(state.told) {
            to.message(ID_CTRL, &mut |body| family.write(cmd::NEW_FAMILY, body))?;
            state.told = state.told.saturating_add(1);
        }
        Ok(())
    }
}

impl Identity {
    /// `ctrl_fill_info`.
    fn write(&self, cmd: u8, to: &mut Body<'_>) -> Result<(), WriteError> {
        let definition = self.definition();
        to.fixed(&GenlHeader::new(cmd, ctrl::FAMILY.version))?;
        to.string(2, definition.name.as_bytes())?;
        to.value(1, &self.id())?;
        to.value(3, &u32::from(definition.version))?;
        to.value(4, &u32::from(definition.header_size))?;
        to.value(5, &definition.max_attr)?;
        if definition.commands().next().is_some() {
            to.nest_as(6, |ops| self.write_commands(ops))?;
        }
        if definition.groups.is_empty() {
            return Ok(());
        }
        to.nest_as(7, |groups| {
            for (index, (number, group)) in (1..).zip(self.numbered_groups()) {
                groups.nest_as(index, |to| write_group(number, group, to))?;
            }
            Ok(())
        })
    }

    fn write_commands(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        for (index, command) in (1..).zip(self.definition().commands()) {
            to.nest_as(index, |to| {
                to.value(1, &u32::from(command.cmd))?;
                to.value(2, &u32::from(command.flags().bits()))
            })?;
        }
        Ok(())
    }

    /// `genl_ctrl_event`, of a family; `None` where it is too long to be told of.
    pub(super) fn tell(&self, cmd: u8) -> Option<Notification> {
        self.notification(|body| self.write(cmd, body))
    }

    /// `genl_ctrl_event`, of a group (`ctrl_fill_mcgrp_info`).
    pub(super) fn tell_group(
        &self,
        cmd: u8,
        number: u32,
        group: &McastGroup,
    ) -> Option<Notification> {
        self.notification(|body| {
            body.fixed(&GenlHeader::new(cmd, ctrl::FAMILY.version))?;
            body.string(2, self.definition().name.as_bytes())?;
            body.value(1, &self.id())?;
            body.nest_as(7, |groups| groups.nest_as(1, |to| write_group(number, group, to)))
        })
    }

    fn notification(
        &self,
        fill: impl FnOnce(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Option<Notification> {
        let mut buffer = alloc::vec![0; MESSAGE_SIZE];
        let mut writer = Writer::new(&mut buffer);
        writer.message(Header::new(ID_CTRL, Flags::empty()), |body| fill(body)).ok()?;
        let bytes: Vec<u8> = writer.as_bytes().to_vec();
        Some(Notification { bytes, all_nets: self.definition().netns_ok })
    }
}

fn write_group(number: u32, group: &McastGroup, to: &mut Body<'_>) -> Result<(), WriteError> {
    to.value(2, &number)?;
    to.string(1, group.name.as_bytes())
}
