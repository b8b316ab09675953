//! Numbers of `tests/sae_model.py`, a naive model in plain integers. Its password element of group 19
//! with an identifier is that of IEEE 802.11-2020, annex J.10.
#![cfg_attr(
    not(all(feature = "sae", feature = "owe")),
    allow(dead_code, reason = "each feature takes its own numbers")
)]

use crate::ecc::Group;

/// What the model says of a group. Addresses, secrets and passwords are those of the script.
pub(crate) struct Numbers {
    pub(crate) group: Group,
    /// 99 bytes of ff modulo the prime.
    pub(crate) ff_modulo_prime: &'static str,
    /// Password, rounds, element.
    pub(crate) hunts: [(&'static str, u8, &'static str); 3],
    pub(crate) h2e_with_identifier: &'static str,
    pub(crate) h2e: &'static str,
    /// Scalar and element of either side.
    pub(crate) commits: [&'static str; 2],
    /// KCK, PMK, PMKID, first confirm of the first side: with hash-to-element.
    pub(crate) keys: [&'static str; 4],
    /// The same with SAE-EXT-KEY, and with rejected groups.
    pub(crate) ext_keys: [&'static str; 4],
    /// The same with hunting-and-pecking.
    pub(crate) hunt_keys: [&'static str; 4],
    /// OWE: keys of station and access point, PMK, PMKID.
    pub(crate) owe: [&'static str; 4],
}

#[rustfmt::skip]
pub(crate) const NUMBERS: [Numbers; 3] = [
    Numbers {
        group: Group::P256,
        ff_modulo_prime: "180000000100000005fffffffcffffffedfffffff7fffffffd00000009ffffff",
        hunts: [
            ("mekmitasdigoat", 2, "\
             da6eb7b06a1ac5624974f90afdd6a8e9d5722634cf987c34defc91a9874e5658f4fefd130bd5\
             be08fe68af3e4a290272ec065fd3671f3c25bf8ec419ddc9b822"),
            ("oracle-passphrase", 1, "\
             a17cd3633e3e7887cbfb681f16aec94e7deb1c8868ad27128f7a244ff59ccf5052eed312097b\
             094676d45f835ad786c7f17b16ca27a47a6b5bed745998e4f85b"),
            ("round 206", 11, "\
             4ab652cd48090d61e599caf0827b2dc7810bd57f600d83c4b65864850a7998ce668af1c1c043\
             7ca1cbee3a0d22492c4ea8041097590bcef325e08d4db60e687b"),
        ],
        h2e_with_identifier: "\
         c93049b9e64000f848201649e999f2b5c22dea69b5632c9df4d633b8aa1f6c1e73634e94b53d\
         82e7383a8d258199d9dc1a5ee8269d060382ccbf33e614ff59a0",
        h2e: "\
         75a755012d3abcbf75f2eb027a3eee47898099da1ee1cdc210b5516937d664239b83530b480d\
         c5c4b3d2ca42fbb42bd86198d95b629fc8f6d100ce2bad9ca455",
        commits: [
            "\
             333333333333333333333333333333333333333333333333333333333333333398e74299b87d\
             1c2b69f7ffb79debc3236cea6f9d29d2eb66697bfabd3ef1a00d8cce4f2c13217f803f6f8044\
             d351f79a8d407755bde179957f8f492fe38e1a93",
            "\
             888888888888888888888888888888888888888888888888888888888888888868530250c801\
             94f71e4c973cc85756f4270bcefe7c3fb954b86ae4f6dc8658b57780d1d6ac08c71cabd71cf7\
             4c08582bfb1b50666bb8e701428f42a87dfd6a1d",
        ],
        keys: [
            "ca73a1b2783c134a69f60fa1f9826679fe36fca8e23000288672f67259888e09",
            "858e5c41fe145d45cbde39b6c9ece37a5a10aa7932a4e1c41b779da86beb00d0",
            "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            "1dcc9900d7114a948d9510019036a508a79c874feb59ce5cdd64816d803a2495",
        ],
        ext_keys: [
            "14bbd4562a0f4cd4d72943530b5760f21ef22cb8ab2c878cf60bdee9a989d255",
            "61d832baff03f30c65d6c3e1e776afa983e4e81c8f361dacdd0496b5eabcf890",
            "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            "a7f911549b2181fda628f91538e99fcb5565c71960b5e0d533bd5d03f0cf9b11",
        ],
        hunt_keys: [
            "2eec1c22783cc34e9cb9a9b4e74c36a882657cd45107962261d7764fce443343",
            "4b27683ff2ce714ea5b5c945a793fa21e2b6a0da5bf7978246640308f554f30a",
            "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            "f8a77242695ae3204a21d3834b4f34f5a14728666cd0e10ed77a355b5198cf82",
        ],
        owe: [
            "5b36890dacbd7c9a96bb74a1ee28b3d2d75b72e09a20ef25cf8e6fd8a9f0350d",
            "0bbbc5e8bc84bd33d1d3ce03ffac9a747f4c1993fddb2ec93a4116a86f022a77",
            "d2a8612c6001d8cf1ff9024b2e331b751ac14557cc534019e0c5124d5ac1d160",
            "8ac2ed22b43c6140eeb1cddc7b3c399b",
        ],
    },
    Numbers {
        group: Group::P384,
        ff_modulo_prime: "\
         000000000000000000000000010000000200000000fffffffe000000000000000200000000ff\
         fffffe00000000ffffff",
        hunts: [
            ("mekmitasdigoat", 4, "\
             8fdf12ec95ba0290fbea732470ece9f83245a82c0afc14a9998744d117d6f0b4398c9133ac58\
             71ccce9c6c091625566fc71b54c2e6537eb78203ca60d1ebd58babe0e0621687b486dd440239\
             20311353595f551089b668b8592dd4a04a86786e"),
            ("oracle-passphrase", 7, "\
             36f7481ab7598829bd900db1744c7ac2abc9dbd60e490ba29e5429e21c0f11ee84a49d979975\
             ce83bb95a353a70b65bd281e6e7383b5a3455101591ef490847d0aaa919b47267f318eac79ab\
             60e295469406fa98197d3de1f9931e33e9be47dc"),
            ("round 147", 9, "\
             4f3374ae16a4d9da989b9ed6d044be0d57b927ee14de4262bec72f29900000282d9af28f27a7\
             d0b3f6bce581cc934e2066157c9aaccd551ccea0ae769e66cc5080b74f9a6ed9e493cfc5e933\
             b390bbdbd0c08101e87ff82299951f0676ea5b0e"),
        ],
        h2e_with_identifier: "\
         aeb85bd3dfe654a7940fb328b39db8e0b20ea289465d8b68d184bd8e98e2c419165a31eac7d9\
         091d196ed9066d12c3fbf0a27ca78906cab38d3be51601a08127ccf5b68ac5f3854e7efb521e\
         ac433030feb681650dc88980efdf542bd4bfaf00",
        h2e: "\
         c7a0cb11669260c40e99a98145a6839859574935296f8d79d11fb0439e7a3fb012494374b618\
         6c183eadef0879071f295ea9fcb3a45a07ab256af366636a84d6064d8ea12f020f2e608306df\
         2ec9e6836a9e6e22bc309299ddcf3d92fd6a97e8",
        commits: [
            "\
             3333333333333333333333333333333333333333333333333333333333333333333333333333\
             33333333333333333333c11b70ad6ffab08f4686f20748041e527fd233e46082e9dbda859c03\
             b992c3a58a316e3f67c699634c07dca76c43cfc554b97e38d1c54613af3b1078d7a016487f87\
             93f6493bc03f8c693272af09cb7a3be33bef8d428120c8fb34c77ba2bd93",
            "\
             8888888888888888888888888888888888888888888888888888888888888888888888888888\
             888888888888888888882ea3951d7ee1a8ed8a8dc54ce4010b85054005b2570a3e1f739ae193\
             3abc44ff3d05f92259917d391dfae91fba3d7fd5b38ae58d3c3fd7764d789607e81618f87191\
             b71b8901cb363f0c6921f5197decb7fac92d050f06b2126968987a82016d",
        ],
        keys: [
            "\
             2693aaf499ff397f2b76e3a847992e1ef93aa678211f17464543b6b676794bae46233a82bf7a\
             8b0a90daca209127358a",
            "323870145e8ce7b05149d66e93d88ad831b652f478f111e0f3e8fd57a4d0edee",
            "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            "\
             1cea169358b14d185360976a6fa6485d00a0b178b64c1cc06058ee744c07384ab49bbebf8918\
             3e8fbbd1077725cdacb6",
        ],
        ext_keys: [
            "\
             80e36e3729401891e98047d384cb8054c17a291d7e47b9d95d3a596efbe7ef24741f6c79352d\
             72622c5b7a3059b5aa35",
            "\
             968ee80f8652c68ea0a6b173858e9888a6d8019f3df17f6e7d2665456116239f7f7d39a1cd4a\
             e418734fd86627f18455",
            "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            "\
             72ce64f073629ac51aede76f6f042c836085393e7fe1a29a646e1d4f5d5854a13c56292a6a99\
             d7468c0d55514a4cdf4a",
        ],
        hunt_keys: [
            "6b2f9080cab81ba13e90e2f4656c65af37abd0894a8b8abf345b6b0a012e7a86",
            "a72a3329d8b567f930115a6a366ca9019db232d0e36e85a9aacb859e163a76a7",
            "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            "52469f2a6998055f2ad269303eb4ebc94e8381220ed46263420b1ae820401397",
        ],
        owe: [
            "\
             b01380bb42d55e316eed81928efebef108186c6d6c88cdad320ca9c4320cad6a603be8d80e57\
             dd2782b8b1a4cdbe6e82",
            "\
             e36e0b36bc7be4eb11f50c9b88f5afbfb0022de2db3a8148dcc1f91575b55f47bedea0e916ca\
             ca594e6f6bf709c634f8",
            "\
             b73c6b2b9c5715a25d7faf06f91cb10eed91d43ce642d38330309158fe22e4c539983cc5640a\
             18131ead0bf11d248a4d",
            "7296137064e30defef4e2a724c0a7426",
        ],
    },
    Numbers {
        group: Group::P521,
        ff_modulo_prime: "\
         00000000000000000000000000000000000000000000000000000000000000007fffffffffff\
         ffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        hunts: [
            ("mekmitasdigoat", 1, "\
             014d23eaef5b1a7ff7c81d04aa778774acae9e4a96a57b3924c16e1853d3cb2f8a3bb91e7621\
             58a537ac5a2bad9e22960462168d37f7790c116c003a8be91e9a037d0108b8bfaa12b59f3a43\
             050016dd884118f325c624de9a918561ca2f7e73bbfe397339d2ca9864aaa8c80d66da4689fe\
             6610bf692e302885621d0815e5f1aef2f48a"),
            ("oracle-passphrase", 3, "\
             010727a4a7fefab834a2de2a8a3cfd169033042f342cb436482a9cc1582fd606e5a5e16ae796\
             2ef7c51847175efb28e709742154fdd22c588bc73e0abc06a4999f0f010b1496c43ee73afbc5\
             99c89d0ee35abcfaa13856aae5ef2af454c9d68d127c718eac86c7a82c229d7d03bda72f2e61\
             67679ab429a1e81f2816f6034e289bc7b6d5"),
            ("round 12", 14, "\
             019e2893223b6ff493b174f36ef92f16b125ce5b031a16c34d0f6a835ea8870fd0fbf5a0287a\
             0f7e8a6bc1da5f1b7108cb1c583f43aa021b92ad2a5316e745b97a8c001c3f606eaa8774fab6\
             887b97c8b62f2da36c523a622c51f655669f7f5bce30113f4278e3e2b7ccfdfac185162e7a2d\
             fd22262e0e6d1cf8843011384ab42f0b8667"),
        ],
        h2e_with_identifier: "\
         00d8991b493a965a97f163c3b1197715ea9d2191f31c0f5e8828d729769cfb520ecc9719288a\
         efa5d93287f3083fb837a7dff08f19227f5bebe546ea23fc175efa88008f400b544c5c755570\
         fbbf7ba77fac7ab647fe2142cfd44197ddfe0bc210a7222dc8d58de93a49c868929d2c28ae60\
         8a87f9035f04035d1ebcd7b849841bb27d85",
        h2e: "\
         00209665f190d175ffbdae6a700101cfbaf772d807c7458d019005093356424a50e591448c1b\
         5d65030e696cbd18dce5808c5df1e437f6116a198057f01c03b6e13c01ee47b1c1e103d9377b\
         01d9f87b05a02a3994a1824576bc461c928c72d4266779588ac117907e31f9245fc4b4447310\
         97d1bfc7998d29dbb2853e811d6c10dff283",
        commits: [
            "\
             0133333333333333333333333333333333333333333333333333333333333333333333333333\
             33333333333333333333333333333333333333333333333333333333000808a378c68b25741a\
             b98bea800d9dee38e672343adbb2029b880f5d17bda4e1190643c666a0717b896414c7aaa328\
             3265195218b3debe49937b516821d9bb2d45014f0846eb03f7ec32e64645f45652b582e226d0\
             47d8fdc1ab3caa94c97a2c42ce4a1f78056a1c47c7d7d5b5dd1335ae7ec7c930329cdf4aa60f\
             92b25d047254b970",
            "\
             0088888888888888888888888888888888888888888888888888888888888888888e37020104\
             c958f21d08bc873f917ee2b84cd2becffeec40d9cd18d169f750247f01e13ea0c2ce498f14fb\
             a1c71727c2905b519ad29e08b1cd53d59f61911737dab6c3a56a7624607accbf546606135a6b\
             56f2ea5dd4cdaddba265bb3131ac8cb8a56801cde3c0456c1175fbba480e6897f6720bddb858\
             d0bc2d177fafc3c7ade6e294ace0bae5745edef1436f5cdc37f8c501007301537fe0a8f45ea6\
             d9c79e7c3d49d440",
        ],
        keys: [
            "\
             3a6c0d8175a4baa8e8934ae774033546cbb32b09b550c5d230d69540f1957830fc6f2e30ce77\
             36867e17507f59e78d32756a18f574b0e951933e1f13080effdd",
            "0d30a5ade88f14e57ee85dd661596cc417484f4d01e1f2d761e24356d4db0fc3",
            "01bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            "\
             f430b66dde422018483d2c217f54792ad04e3fa8d7f05d2eac20a15ec7620f1e64ab86bd117d\
             3ddfaa31c5efcd8e6bbb6e915daa259d4bce5720597ab0fed60f",
        ],
        ext_keys: [
            "\
             9b651f42ef4dc58f2a92b4e304391b7c3ebe53f4cbdd82c60895fe4228a8cc1ffdbb4b6806fd\
             762641b89c692d8218690f5900f8df6ec29517f940cb9c9a6b41",
            "\
             230843f0144b9817865b76a90dc43f0a484c146790ee273fe262ba81e2d0c7ae39f5e4eb32bd\
             002e13558d4f15c74b558c034072613c9e092fd27a6c010cd891",
            "01bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            "\
             e9fbee8b98d5ed0ae297579aec807d61e0bb94b071496775e46431a711d4c439e7785200d51a\
             da0711efc76fc7fa82d1b7eea61555b0306fe9fe384f4a1307e3",
        ],
        hunt_keys: [
            "656b7f007b7ebfba1bcfc1456af09074cfce8ff7a5ee5cdf528f5bea6fb741fa",
            "7e472863197b70a72ca652a0eae115edbe76853253b9f1568f9879f3f558a4b5",
            "01bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            "ffffc31f0574487e890724dcdb148d31c243a2a8d79fb4fbdab780f6abdfd3c3",
        ],
        owe: [
            "\
             009839be54aea8334f00f080e7adbc5715ce44bb12a94dc19c8dc12db577a312612ecf94f25e\
             157b322e25bdc43aa85ef39e39afc8a184b72fef5a5666ba4d1cd6a0",
            "\
             012503955034b7e99e186d8c335f6cc00b4d1e076657f6c4f5bb4087bae92ea43324873304c4\
             04e75048645c6dace9e689501e7fcca3ac8a269180bd30a302c24967",
            "\
             4332c42f9e338c66411032921b44e831b23b1911277b0319a00bc28c04e665ab1f369d89147a\
             c9ef2c6751a65859a930f6f87b89adb50ab0df4926fd15a3d9e4",
            "7a0ff7c214c2b01502218db98e29e57d",
        ],
    },
];

/// IEEE 802.11-2020, annex J.10, of which hostap's `sae_tests` (BSD) has the numbers too: an exchange by
/// hunting-and-pecking with group 19.
#[rustfmt::skip]
pub(crate) mod j_10 {
    pub(crate) const ADDRESSES: [[u8; 6]; 2] =
        [[0x4d, 0x3f, 0x2f, 0xff, 0xe3, 0x87], [0xa5, 0xd8, 0xaa, 0x95, 0x8e, 0x3c]];
    pub(crate) const PASSWORD: &[u8] = b"mekmitasdigoat";
    pub(crate) const LOCAL_RAND: &str = "992465fd3daa3c60aa6565b7f62a2a7f2e12dd12f198faf4fbed89d7ff1ace94";
    pub(crate) const LOCAL_MASK: &str = "9507a90f777a044d6a0830b91ea3d5dd70bece44e1acffb86983b5e1bf9fb322";
    pub(crate) const LOCAL_COMMIT: &str = "\
         13002e2c0f0db52440ad146d967114ce005ce1eab0aa2c2e5c2871b774f6c2575c65d5ad9e00\
         829707aa36ba8b859738fc961d08243505f47c035376d7ac4bc8d7b95083bf43827d0fc31ed7\
         78dd3671fd21a46d1091d64b6f9a1e1272621325dbe1";
    pub(crate) const PEER_COMMIT: &str = "\
         1300591b96f3397fb945100848e7b550543b6720d88337ee93fc49fd6df7e08b5223e71b9bb0\
         48d3873f20556953a96c91536fd8ee6ca9b4a68a148b056a909be03e83ae208f60f8ef553785\
         8074db06687032399862999b511e0a1552a5fea317c2";
    pub(crate) const KCK: &str = "1e733f6d9bd53256287304338831b09a39406d121017073a5c30db36f36cb81a";
    pub(crate) const PMK: &str = "4e4dfab1a2dd8ac1a91790f953faaa452ae5c6873ab75b63605ba663f8a7fe59";
    pub(crate) const PMKID: &str = "8747a600eea3f9f22475df58ca1e5498";
}

/// Bytes of hexadecimal digits.
pub(crate) fn hex(digits: &str) -> alloc::vec::Vec<u8> {
    let bytes = (0..digits.len()).step_by(2);
    bytes.map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}
