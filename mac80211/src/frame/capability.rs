//! The capability information field.

use crate::wire::bits;

bits! {
    /// The capability information field (9.4.1.4, `WLAN_CAPABILITY_*`), in the host's order.
    ///
    /// Bits 0 to 2 mean other things in DMG frames (clause 9.4.1.4, DMG STA).
    pub struct CapabilityInfo(u16) {
        /// Infrastructure: its sender is an access point.
        ess, with_ess: 0;
        /// Its sender is in an independent BSS.
        ibss, with_ibss: 1;
        /// Contention-free pollable.
        cf_pollable, with_cf_pollable: 2;
        /// Contention-free poll request; a critical update since 802.11be.
        cf_poll_request, with_cf_poll_request: 3;
        /// Data frames are protected.
        privacy, with_privacy: 4;
        /// Short preambles are allowed.
        short_preamble, with_short_preamble: 5;
        /// PBCC, of old; bit 6 of a nontransmitted BSSID's critical update since.
        pbcc, with_pbcc: 6;
        /// Channel agility, of old.
        channel_agility, with_channel_agility: 7;
        /// Spectrum management.
        spectrum_mgmt, with_spectrum_mgmt: 8;
        /// QoS.
        qos, with_qos: 9;
        /// Short slots.
        short_slot_time, with_short_slot_time: 10;
        /// Automatic power save delivery.
        apsd, with_apsd: 11;
        /// Radio measurement.
        radio_measure, with_radio_measure: 12;
        /// DSSS-OFDM, of old; EPD since.
        dsss_ofdm, with_dsss_ofdm: 13;
        /// Delayed block ack.
        del_back, with_del_back: 14;
        /// Immediate block ack.
        imm_back, with_imm_back: 15;
    }
}
