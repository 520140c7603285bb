//! Which limit a rising load meets first. The limits are Azure's (documented), what counts as a knee is ours (inferred).

/// What so many clients at once got.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    pub concurrency: u32,
    /// Answers that were 200.
    pub per_second: f64,
    /// 429, on Kubernetes 503.
    pub refused: u64,
    /// 408, on Kubernetes 504.
    pub timed_out: u64,
}

/// What a deployment takes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    pub max_concurrent_requests_per_instance: u32,
    pub instance_count: u32,
    /// On managed endpoints as many again may wait; on Kubernetes the time is limited, not the number.
    pub managed: bool,
}

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// Requests are refused, from so many at once on.
    Refused { at: u32 },
    /// Requests run into the timeout, from so many at once on.
    TimedOut { at: u32 },
    /// More at once brings no more, and places are left: the processor, or whatever else the model shares.
    Processor { at: u32 },
    /// More at once brings no more, as every place is taken.
    Places { at: u32 },
    /// None, as far as was tried.
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The concurrency beyond which a doubling brings less than a tenth more.
    pub knee: Option<u32>,
    pub first: First,
    /// So that the most that was tried is neither refused nor made to wait longer than one other.
    pub max_concurrent_requests_per_instance: u32,
    /// The same with more instances in place of more requests at once.
    pub instance_count: u32,
}

const A_TENTH_MORE: f64 = 1.1;

pub fn judge(steps: &[Step], room: Room) -> Verdict {
    let pairs = steps.windows(2);
    let knee =
        pairs.filter(|pair| pair[1].per_second < pair[0].per_second * A_TENTH_MORE).map(|pair| pair[0].concurrency);
    let knee = knee.min();
    let most = steps.iter().map(|step| step.concurrency).max().unwrap_or(1);
    let waiting = if room.managed { 2 } else { 1 };
    let (each, count) = (room.max_concurrent_requests_per_instance.max(1), room.instance_count.max(1));
    Verdict {
        knee,
        first: first(steps, knee, each * count),
        max_concurrent_requests_per_instance: most.div_ceil(waiting * count).max(each),
        instance_count: most.div_ceil(waiting * each).max(count),
    }
}

fn first(steps: &[Step], knee: Option<u32>, places: u32) -> First {
    let failed = steps.iter().find(|step| step.refused + step.timed_out > 0);
    let at = failed.map_or(u32::MAX, |step| step.concurrency);
    match (knee, failed) {
        // With places left it was the processor that gave way, before anything was refused.
        (Some(knee), _) if knee < places && knee < at => First::Processor { at: knee },
        (_, Some(step)) if step.timed_out > step.refused => First::TimedOut { at },
        (_, Some(_)) => First::Refused { at },
        (Some(knee), None) => First::Places { at: knee },
        (None, None) => First::Nothing,
    }
}
