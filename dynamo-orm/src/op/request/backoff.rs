//! Waiting between attempts: exponential, with full jitter.
//!
//! <https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>

use std::time::Duration;

/// The longest first wait.
const FIRST: Duration = Duration::from_millis(25);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(5);

/// A bounded number of attempts, with waits between them.
#[derive(Debug)]
pub(crate) struct Backoff {
    attempts: u32,
    left: u32,
    ceiling: Duration,
}

impl Backoff {
    /// So many attempts in all, the first included.
    pub(crate) fn new(attempts: u32) -> Self {
        Self {
            attempts,
            left: attempts.saturating_sub(1),
            ceiling: FIRST,
        }
    }

    /// The last attempt got somewhere: it does not count, nor do those before it, and the waits get shorter.
    pub(crate) fn progressed(&mut self) {
        self.left = self.attempts;
        self.ceiling = (self.ceiling / 4).max(FIRST);
    }

    /// Waits for the next attempt; `false` at once when none is left.
    pub(crate) async fn wait(&mut self) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let wait = self.ceiling.mul_f64(fastrand::f64());
        self.ceiling = (self.ceiling * 2).min(LONGEST);
        tokio::time::sleep(wait).await;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn attempts_are_counted_and_waits_are_bounded() {
        let begun = tokio::time::Instant::now();
        let mut backoff = Backoff::new(3);
        assert!(backoff.wait().await);
        assert!(backoff.wait().await);
        assert!(!backoff.wait().await);
        assert!(begun.elapsed() <= FIRST * 3 + Duration::from_millis(2));
        assert!(!Backoff::new(0).wait().await);
    }

    #[tokio::test(start_paused = true)]
    async fn progress_gives_the_attempts_back() {
        let mut backoff = Backoff::new(2);
        for _ in 0..10 {
            assert!(backoff.wait().await);
            backoff.progressed();
        }
        assert!(backoff.wait().await && backoff.wait().await);
        assert!(!backoff.wait().await);
    }
}
