//! A route, as every contender writes it.

/// What of a route differs from one to the next. The rest: `ip route add ... proto boot` of table 254.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The destination.
    pub to: [u8; 4],
    /// Bits of the destination's prefix.
    pub prefix: u8,
    /// The next router.
    pub gateway: [u8; 4],
    /// The interface.
    pub interface: u32,
    /// The metric.
    pub metric: u32,
}

impl Route {
    /// A route like any other.
    pub const EXAMPLE: Self = Self {
        to: [198, 51, 100, 0],
        prefix: 24,
        gateway: [192, 0, 2, 1],
        interface: 2,
        metric: 5,
    };

    /// How long [`Route::reference`] is.
    pub const LEN: usize = 68;

    /// The message byte by byte: `RTM_NEWROUTE` with `RTA_TABLE`, `RTA_DST`, `RTA_PRIORITY`, `RTA_GATEWAY` and
    /// `RTA_OIF`.
    #[must_use]
    pub fn reference(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Self::LEN);
        bytes.extend((Self::LEN as u32).to_ne_bytes());
        bytes.extend([24_u16, 1].map(u16::to_ne_bytes).as_flattened());
        bytes.extend([0; 8]);
        bytes.extend([2, self.prefix, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0]);
        let [table, metric, interface] = [254, self.metric, self.interface].map(u32::to_ne_bytes);
        for (kind, value) in
            [(15_u16, table), (1, self.to), (6, metric), (5, self.gateway), (4, interface)]
        {
            bytes.extend([8, kind].map(u16::to_ne_bytes).as_flattened());
            bytes.extend(value);
        }
        bytes
    }
}

/// A datagram of `count` routes, for those who only look at headers.
#[must_use]
pub fn datagram(count: u32) -> Vec<u8> {
    let route = |n: u32| Route { to: n.to_be_bytes(), prefix: 32, ..Route::EXAMPLE };
    (0..count).flat_map(|n| route(n).reference()).collect()
}
