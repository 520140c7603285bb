//! Why an instance did not come up, from its exit and its log.
