/// The QoS control field (9.2.4.5), in the host's order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct QosCtrl(pub u16);

impl QosCtrl {
    const A_MSDU_PRESENT: u16 = 0x0080;
    const MESH_CONTROL_PRESENT: u16 = 0x0100;

    /// Traffic identifier, 0 to 15; up to 7 it is the 802.1D user priority.
    #[must_use]
    pub const fn tid(self) -> u8 {
        (self.0 & 15) as u8
    }

    /// With this traffic identifier; higher bits are cut off.
    #[must_use]
    pub const fn with_tid(self, tid: u8) -> Self {
        Self(self.0 & !15 | tid as u16 & 15)
    }

    /// End of service period, in what an access point sends.
    #[must_use]
    pub const fn eosp(self) -> bool {
        self.0 & 0x0010 != 0
    }

    /// Acknowledgement policy: 0 normal, 1 none, 2 none explicit, 3 block ack.
    #[must_use]
    pub const fn ack_policy(self) -> u8 {
        (self.0 >> 5 & 3) as u8
    }

    /// With this acknowledgement policy; higher bits are cut off.
    #[must_use]
    pub const fn with_ack_policy(self, policy: u8) -> Self {
        Self(self.0 & !0x60 | (policy as u16 & 3) << 5)
    }

    /// The body is an A-MSDU.
    #[must_use]
    pub const fn a_msdu_present(self) -> bool {
        self.0 & Self::A_MSDU_PRESENT != 0
    }

    /// With the A-MSDU bit as given.
    #[must_use]
    pub const fn with_a_msdu_present(self, on: bool) -> Self {
        let rest = self.0 & !Self::A_MSDU_PRESENT;
        Self(if on { rest | Self::A_MSDU_PRESENT } else { rest })
    }

    /// The body begins with a mesh control field. Means that between mesh stations only.
    #[must_use]
    pub const fn mesh_control_present(self) -> bool {
        self.0 & Self::MESH_CONTROL_PRESENT != 0
    }

    /// With the mesh control bit as given.
    #[must_use]
    pub const fn with_mesh_control_present(self, on: bool) -> Self {
        let rest = self.0 & !Self::MESH_CONTROL_PRESENT;
        Self(if on { rest | Self::MESH_CONTROL_PRESENT } else { rest })
    }
}

crate::wire::field_as! { QosCtrl, u16, Self, |value: Self| value.0; }
