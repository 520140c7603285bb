//! Probes as kubelet runs them: a machine without a clock.
