//! The structs are as long as C's, measured with gcc 12 on x86-64 over Linux 6.18's `include/uapi`.

use softnet_netlink::rtnl::{
    addr::*, link::*, neigh::*, netconf::*, nexthop::*, route::*, rule::*,
};
use softnet_netlink::tc::{act::*, filter::*, qdisc::*, xstats::*, *};
use softnet_netlink::xfrm::*;

macro_rules! lengths {
    ($($name:ident = $len:literal, $c:literal;)*) => {
        [$((size_of::<$name>(), $len, $c)),*]
    };
}

#[test]
fn structs_are_as_long_as_in_c() {
    let lengths = lengths! {
        Ifinfomsg = 16, "struct ifinfomsg";
        LinkIfmap = 32, "struct rtnl_link_ifmap";
        LinkStats = 96, "struct rtnl_link_stats";
        LinkStats64 = 200, "struct rtnl_link_stats64";
        VfMac = 36, "struct ifla_vf_mac";
        VfVlan = 12, "struct ifla_vf_vlan";
        VfVlanInfo = 16, "struct ifla_vf_vlan_info";
        VfNumber = 8, "struct ifla_vf_trust";
        VfRate = 12, "struct ifla_vf_rate";
        VfGuid = 16, "struct ifla_vf_guid";
        PortVsi = 8, "struct ifla_port_vsi";
        BridgeId = 8, "struct ifla_bridge_id";
        BridgeVlanInfo = 4, "struct bridge_vlan_info";
        Inet6Cacheinfo = 16, "struct ifla_cacheinfo";
        BrBooloptMulti = 8, "struct br_boolopt_multi";
        VlanFlags = 8, "struct ifla_vlan_flags";
        VlanQosMapping = 8, "struct ifla_vlan_qos_mapping";
        VxlanPortRange = 4, "struct ifla_vxlan_port_range";
        Ifaddrmsg = 8, "struct ifaddrmsg";
        IfaCacheinfo = 16, "struct ifa_cacheinfo";
        Ndmsg = 12, "struct ndmsg";
        Ndtmsg = 4, "struct ndtmsg";
        NdaCacheinfo = 16, "struct nda_cacheinfo";
        NdtConfig = 32, "struct ndt_config";
        NdtStats = 88, "struct ndt_stats";
        Rtmsg = 12, "struct rtmsg";
        Rtnexthop = 8, "struct rtnexthop";
        RtaCacheinfo = 32, "struct rta_cacheinfo";
        RtaMfcStats = 24, "struct rta_mfc_stats";
        FibRuleHdr = 12, "struct fib_rule_hdr";
        FibRuleUidRange = 8, "struct fib_rule_uid_range";
        FibRulePortRange = 4, "struct fib_rule_port_range";
        Nhmsg = 8, "struct nhmsg";
        NexthopGrp = 8, "struct nexthop_grp";
        Ifaddrlblmsg = 12, "struct ifaddrlblmsg";
        Tcmsg = 20, "struct tcmsg";
        Tcamsg = 4, "struct tcamsg";
        TcStats = 40, "struct tc_stats";
        GnetEstimator = 2, "struct gnet_estimator";
        GnetStatsBasic = 16, "struct gnet_stats_basic";
        GnetStatsRateEst = 8, "struct gnet_stats_rate_est";
        GnetStatsRateEst64 = 16, "struct gnet_stats_rate_est64";
        GnetStatsQueue = 20, "struct gnet_stats_queue";
        TcSizespec = 24, "struct tc_sizespec";
        TcRatespec = 12, "struct tc_ratespec";
        TcFifoQopt = 4, "struct tc_fifo_qopt";
        TcPrioQopt = 20, "struct tc_prio_qopt";
        TcMultiqQopt = 4, "struct tc_multiq_qopt";
        TcMqprioQopt = 82, "struct tc_mqprio_qopt";
        TcTbfQopt = 36, "struct tc_tbf_qopt";
        TcHtbOpt = 44, "struct tc_htb_opt";
        TcHtbGlob = 20, "struct tc_htb_glob";
        TcHfscQopt = 2, "struct tc_hfsc_qopt";
        TcServiceCurve = 12, "struct tc_service_curve";
        TcSfqQopt = 20, "struct tc_sfq_qopt";
        TcSfqQoptV1 = 72, "struct tc_sfq_qopt_v1";
        TcSfqredStats = 24, "struct tc_sfqred_stats";
        TcRedQopt = 16, "struct tc_red_qopt";
        TcGredSopt = 12, "struct tc_gred_sopt";
        TcSfbQopt = 36, "struct tc_sfb_qopt";
        TcNetemQopt = 24, "struct tc_netem_qopt";
        TcNetemCorr = 12, "struct tc_netem_corr";
        TcNetemReorder = 8, "struct tc_netem_reorder";
        TcNetemRate = 16, "struct tc_netem_rate";
        TcNetemSlot = 40, "struct tc_netem_slot";
        TcNetemGimodel = 20, "struct tc_netem_gimodel";
        TcNetemGemodel = 16, "struct tc_netem_gemodel";
        TcCbsQopt = 20, "struct tc_cbs_qopt";
        TcEtfQopt = 12, "struct tc_etf_qopt";
        TcSfqXstats = 4, "struct tc_sfq_xstats";
        TcRedXstats = 16, "struct tc_red_xstats";
        TcChokeXstats = 20, "struct tc_choke_xstats";
        TcHtbXstats = 20, "struct tc_htb_xstats";
        TcHfscStats = 24, "struct tc_hfsc_stats";
        TcDrrStats = 4, "struct tc_drr_stats";
        TcSfbXstats = 36, "struct tc_sfb_xstats";
        TcQfqStats = 8, "struct tc_qfq_stats";
        TcCodelXstats = 36, "struct tc_codel_xstats";
        TcFqCodelXstats = 40, "struct tc_fq_codel_xstats";
        TcFqCodelQdStats = 36, "struct tc_fq_codel_qd_stats";
        TcFqCodelClStats = 24, "struct tc_fq_codel_cl_stats";
        TcFqQdStats = 152, "struct tc_fq_qd_stats";
        TcHhfXstats = 16, "struct tc_hhf_xstats";
        TcPieXstats = 40, "struct tc_pie_xstats";
        TcFqPieXstats = 36, "struct tc_fq_pie_xstats";
        TcDualpi2Xstats = 48, "struct tc_dualpi2_xstats";
        TcfT = 32, "struct tcf_t";
        TcGen = 20, "struct tc_gact";
        TcGenDo = 24, "struct tc_vlan";
        TcGactP = 8, "struct tc_gact_p";
        TcMirred = 28, "struct tc_mirred";
        TcPolice = 56, "struct tc_police";
        TcPeditSel = 24, "struct tc_pedit_sel";
        TcPeditKey = 24, "struct tc_pedit_key";
        TcCsum = 24, "struct tc_csum";
        TcNat = 36, "struct tc_nat";
        TcSkbmod = 32, "struct tc_skbmod";
        TcConnmark = 24, "struct tc_connmark";
        SockFilter = 8, "struct sock_filter";
        TcU32Sel = 16, "struct tc_u32_sel_hdr";
        TcU32Key = 16, "struct tc_u32_key";
        TcU32Pcnt = 16, "struct tc_u32_pcnt without counters";
        TcU32Mark = 12, "struct tc_u32_mark";
        TcMatchallPcnt = 8, "struct tc_matchall_pcnt";
        TcBasicPcnt = 16, "struct tc_basic_pcnt";
        TcfEmatchTreeHdr = 4, "struct tcf_ematch_tree_hdr";
        TcfEmatchHdr = 8, "struct tcf_ematch_hdr";
        XfrmId = 24, "struct xfrm_id";
        XfrmSelector = 56, "struct xfrm_selector";
        XfrmLifetimeCfg = 64, "struct xfrm_lifetime_cfg";
        XfrmLifetimeCur = 32, "struct xfrm_lifetime_cur";
        XfrmReplayState = 12, "struct xfrm_replay_state";
        XfrmReplayStateEsn = 24, "struct xfrm_replay_state_esn";
        XfrmAlgo = 68, "struct xfrm_algo";
        XfrmAlgoTrunc = 72, "struct xfrm_algo_auth";
        XfrmStats = 12, "struct xfrm_stats";
        XfrmUserSecCtx = 8, "struct xfrm_user_sec_ctx";
        XfrmUserTmpl = 64, "struct xfrm_user_tmpl";
        XfrmEncapTmpl = 24, "struct xfrm_encap_tmpl";
        XfrmUserpolicyType = 6, "struct xfrm_userpolicy_type";
        XfrmMark = 8, "struct xfrm_mark";
        XfrmuSadhinfo = 8, "struct xfrmu_sadhinfo";
        XfrmuSpdinfo = 24, "struct xfrmu_spdinfo";
        XfrmuSpdhinfo = 8, "struct xfrmu_spdhinfo";
        XfrmuSpdhthresh = 2, "struct xfrmu_spdhthresh";
        XfrmUsersaInfo = 224, "struct xfrm_usersa_info";
        XfrmUsersaId = 24, "struct xfrm_usersa_id";
        XfrmAeventId = 48, "struct xfrm_aevent_id";
        XfrmUserspiInfo = 232, "struct xfrm_userspi_info";
        XfrmUserpolicyInfo = 168, "struct xfrm_userpolicy_info";
        XfrmUserpolicyId = 64, "struct xfrm_userpolicy_id";
        XfrmUserAcquire = 280, "struct xfrm_user_acquire";
        XfrmUserExpire = 232, "struct xfrm_user_expire";
        XfrmUserPolexpire = 176, "struct xfrm_user_polexpire";
        XfrmUserReport = 60, "struct xfrm_user_report";
        XfrmUserKmaddress = 40, "struct xfrm_user_kmaddress";
        XfrmUserMigrate = 76, "struct xfrm_user_migrate";
        XfrmUserMapping = 64, "struct xfrm_user_mapping";
        XfrmAddressFilter = 36, "struct xfrm_address_filter";
        XfrmUserOffload = 8, "struct xfrm_user_offload";
    };
    for (ours, theirs, name) in lengths {
        assert_eq!(ours, theirs, "{name}");
    }
}
