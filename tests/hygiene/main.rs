//! The derives in hostile surroundings.
