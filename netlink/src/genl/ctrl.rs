//! `nlctrl`: the family that tells of families.

use crate::policy::{Policy, PolicyType, Rule, table};
use crate::set::{Array, Elements, Text};

use super::op::{OpFlags, SplitOp, Validate};
use super::{Definition, McastGroup, NAME_SIZE};

/// `CTRL_CMD_*`.
pub mod cmd {
    /// `CTRL_CMD_NEWFAMILY`: an answer, or a family that came.
    pub const NEW_FAMILY: u8 = 1;
    /// `CTRL_CMD_DELFAMILY`: a family that went.
    pub const DEL_FAMILY: u8 = 2;
    /// `CTRL_CMD_GETFAMILY`: what is known of a family, or in a dump, of all.
    pub const GET_FAMILY: u8 = 3;
    /// `CTRL_CMD_NEWMCAST_GRP`: a group that came.
    pub const NEW_MCAST_GRP: u8 = 7;
    /// `CTRL_CMD_DELMCAST_GRP`: a group that went.
    pub const DEL_MCAST_GRP: u8 = 8;
    /// `CTRL_CMD_GETPOLICY`: a dump of a family's policies.
    pub const GET_POLICY: u8 = 10;
}

crate::attributes! {
    /// `CTRL_ATTR_*`.
    pub Ctrl: CtrlAttr, CtrlBuf {
        /// A family's id.
        FamilyId = 1: u16;
        /// A family's name.
        FamilyName = 2: Text => Rule::nul_string(NAME_SIZE as u16 - 1);
        /// The family's version.
        Version = 3: u32;
        /// How long the family's own header is.
        HdrSize = 4: u32;
        /// The highest attribute type, where the family has one for all commands.
        MaxAttr = 5: u32;
        /// The commands, by an index from 1.
        Ops = 6: Array<CtrlOp>;
        /// The multicast groups, by an index from 1.
        McastGroups = 7: Array<CtrlMcastGroup>;
        /// Rules: by the number of a policy in this dump, by attribute type.
        Policy = 8: Array<Elements<PolicyType>>;
        /// Which policies are whose, by command.
        OpPolicy = 9: Array<CtrlOpPolicy>;
        /// The command whose policies are asked for.
        Op = 10: u32;
    }
}

crate::attributes! {
    /// `CTRL_ATTR_OP_*`: a command.
    pub CtrlOp: CtrlOpAttr, CtrlOpBuf {
        /// Its number.
        Id = 1: u32;
        /// [`OpFlags`].
        Flags = 2: u32;
    }
}

crate::attributes! {
    /// `CTRL_ATTR_MCAST_GRP_*`: a multicast group.
    pub CtrlMcastGroup: CtrlMcastGroupAttr, CtrlMcastGroupBuf {
        /// Its name, within its family.
        Name = 1: Text;
        /// Its number, as sockets join it by.
        Id = 2: u32;
    }
}

crate::attributes! {
    /// `CTRL_ATTR_POLICY_*`: the policies of a command, by their numbers in the same dump.
    pub CtrlOpPolicy: CtrlOpPolicyAttr, CtrlOpPolicyBuf {
        /// Of a request that is no dump.
        Do = 1: u32;
        /// Of a dump.
        Dump = 2: u32;
    }
}

const NAME: Rule = Rule::nul_string(NAME_SIZE as u16 - 1);

/// `ctrl_policy_family`.
static GET_FAMILY: Policy = Policy::new(&table::<3>(&[(1, Rule::U16), (2, NAME)]));

/// `ctrl_policy_policy`.
static GET_POLICY: Policy =
    Policy::new(&table::<11>(&[(1, Rule::U16), (2, NAME), (10, Rule::U32)]));

static OPS: [SplitOp; 3] = [
    SplitOp::doit(cmd::GET_FAMILY).policy(&GET_FAMILY).validate(Validate::DONT_STRICT),
    SplitOp::dumpit(cmd::GET_FAMILY).policy(&GET_FAMILY).validate(Validate::DONT_DUMP),
    SplitOp::dumpit(cmd::GET_POLICY).policy(&GET_POLICY).flags(OpFlags::empty()),
];

/// `genl_ctrl`, as data.
pub static FAMILY: Definition = Definition {
    version: 2,
    split_ops: &OPS,
    groups: &[McastGroup::new("notify")],
    resv_start_op: cmd::GET_POLICY as u16 + 1,
    netns_ok: true,
    ..Definition::new("nlctrl")
};
