//! Operations on packets against a model: a `Vec` for each packet that nobody else can change.
//!
//! The model is the one of `sk-buff/tests/against_model.rs`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../sk-buff/tests/model/mod.rs"]
mod model;

fuzz_target!(|steps: Vec<model::Step>| model::run(&steps));
