//! A station joins a Wi-Fi cell, and somebody tries to break in. See `wifi-join --help`.

extern crate alloc;

mod air;
mod args;
mod authenticate;
mod join;
mod keys;
mod ladder;
mod mallory;
mod talk;
mod world;

use std::process::ExitCode;

use args::Options;
use softnet_examples::command;
use softnet_examples::failure::Failure;
use softnet_examples::text::{Text, print};
use world::World;

fn main() -> ExitCode {
    command::run("wifi-join", args::parse, run)
}

fn run(options: &Options) -> Result<(), Failure> {
    let mut world = World::new(options);
    let pmk = world.join()?;
    world.talk()?;
    let joined = world.air.passed.len();
    let attempts = world.attacks()?;
    world.leave()?;
    world.air.save(&options.out)?;

    let mut text = Text::default();
    text.head(&format!("A station joins {} ({})", options.ssid, options.security.name()));
    ladder::draw(&mut text, world.air.passed.get(..joined).unwrap_or_default());
    text.head("What somebody in range, without the password, then tries");
    mallory::table(&mut text, &attempts);
    text.line("");
    text.line(format!("All of it is in {}, for Wireshark. To open it:", options.out.display()));
    text.line(format!("  cargo run --release --bin airdecap -- {}", options.keys(&pmk)));
    print(&text.finish());
    Ok(())
}
