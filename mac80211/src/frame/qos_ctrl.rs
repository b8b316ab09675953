//! The QoS control field.

use crate::wire::bits;

bits! {
    /// The QoS control field (9.2.4.5), in the host's order.
    ///
    /// What bit 4 and the upper byte mean depends on who sends, and in what frame (table 9-10).
    pub struct QosCtrl(u16) {
        /// Traffic identifier, 0 to 15; up to 7 it is the 802.1D user priority.
        tid, with_tid: 0, 4 as u8;
        /// Of an access point: end of service period. Of a station: the upper byte is a
        /// [queue size](Self::upper), not a time.
        eosp, with_eosp: 4;
        /// Acknowledgement policy: 0 normal, 1 none, 2 none explicit, 3 block ack.
        ack_policy, with_ack_policy: 5, 2 as u8;
        /// The body is an A-MSDU.
        a_msdu_present, with_a_msdu_present: 7;
        /// The upper byte. Of an access point: TXOP limit in units of 32 µs with a poll, else what waits for
        /// the station. Of a station: the TXOP that it asks for in units of 32 µs, or what it has to send in
        /// units of 256 bytes.
        upper, with_upper: 8, 8 as u8;
        /// Between mesh stations only: the body begins with a mesh control field.
        mesh_control_present, with_mesh_control_present: 8;
        /// Between mesh stations only: deep sleep, with power management
        /// (`IEEE80211_QOS_CTL_MESH_PS_LEVEL`).
        mesh_power_save_level, with_mesh_power_save_level: 9;
        /// Between mesh stations only: a mesh peer service period is asked for (`IEEE80211_QOS_CTL_RSPI`).
        rspi, with_rspi: 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_linuxs() {
        // IEEE80211_QOS_CTL_TID_MASK, _EOSP, _ACK_POLICY_MASK, _A_MSDU_PRESENT, _MESH_CONTROL_PRESENT,
        // _MESH_PS_LEVEL, _RSPI, _TXOP.
        let zero = QosCtrl::default();
        for (ctrl, bits) in [
            (zero.with_tid(15), 0x000f),
            (zero.with_eosp(true), 0x0010),
            (zero.with_ack_policy(3), 0x0060),
            (zero.with_a_msdu_present(true), 0x0080),
            (zero.with_mesh_control_present(true), 0x0100),
            (zero.with_mesh_power_save_level(true), 0x0200),
            (zero.with_rspi(true), 0x0400),
            (zero.with_upper(255), 0xff00),
        ] {
            assert_eq!(ctrl.0, bits);
        }
        let ctrl = QosCtrl(0x1285);
        assert_eq!((ctrl.tid(), ctrl.a_msdu_present(), ctrl.upper()), (5, true, 0x12));
    }
}
