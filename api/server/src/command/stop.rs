//! Ctrl-C and SIGTERM.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// Set when somebody wants the process to stop. The first signal asks, the second one insists.
#[derive(Debug, Clone)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    bell: Arc<Notify>,
}

impl Stop {
    /// Listens from now on.
    ///
    /// # Errors
    /// When the operating system takes no signal handlers.
    pub fn listen() -> anyhow::Result<Stop> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let stop = Stop {
            asked: Arc::new(AtomicBool::new(false)),
            bell: Arc::new(Notify::new()),
        };
        let heard = stop.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                if heard.asked.swap(true, Ordering::SeqCst) {
                    // Whoever asks twice does not want to wait for an orderly end.
                    std::process::exit(i32::from(super::STOPPED));
                }
                heard.bell.notify_waiters();
            }
        });
        Ok(stop)
    }

    /// True when somebody has asked.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// Waits until somebody asks.
    pub async fn asked(&self) {
        let bell = self.bell.notified();
        if !self.is_asked() {
            bell.await;
        }
    }
}
