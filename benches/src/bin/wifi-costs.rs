//! What 802.11 frames cost to read, to seal and to open, in instructions, allocations and time, beside other
//! crates; fails where that is more than was promised.

use std::process::ExitCode;

use softnet_benches::contest;
use softnet_benches::counts::CountingAllocator;
use softnet_benches::wifi::contest::contests;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    contest::main(contests)
}
