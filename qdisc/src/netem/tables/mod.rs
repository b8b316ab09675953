//! Ready-made distributions.

mod normal;
mod pareto;
mod paretonormal;

pub(super) use normal::TABLE as NORMAL;
pub(super) use pareto::TABLE as PARETO;
pub(super) use paretonormal::TABLE as PARETONORMAL;
