//! HTTP over the contract.
