//! The threads that run rows, as many as there are cores, which all parsers of the process use: one row on one core
//! wastes less than one row on all cores, and a long article still uses every core.
//!
//! Callers wait on a channel and not inside a work-stealing pool: a pool's thread that waits would begin another article
//! on top of the one that it has not finished, without end.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Reads every row on the lanes; answers in the order of the rows.
///
/// An answer is `None` where reading panicked, which no text can bring about.
pub fn map<R: Send + 'static, T: Send + 'static>(
    rows: impl IntoIterator<Item = R>,
    read: impl Fn(R) -> T + Send + Sync + 'static,
) -> Vec<Option<T>> {
    let lanes = lanes();
    let read = Arc::new(read);
    let mut rows = rows.into_iter().map(|row| {
        let (answer, receiver) = channel();
        let read = read.clone();
        lanes.run(Box::new(move || {
            // Nobody listens any more where the caller is gone.
            let _ = answer.send(read(row));
        }));
        receiver
    });
    // Few rows wait in the queue at a time, so that a long article does not hold up a short one.
    let mut waiting: VecDeque<Receiver<T>> = rows.by_ref().take(2 * lanes.threads.len()).collect();
    let mut answers = Vec::new();
    while let Some(receiver) = waiting.pop_front() {
        answers.push(receiver.recv().ok());
        waiting.extend(rows.next());
    }
    answers
}

type Job = Box<dyn FnOnce() + Send>;

struct Lanes {
    jobs: Mutex<Sender<Job>>,
    /// Pools of one thread each: products of matrices ask the pool in which they run for its threads.
    threads: Vec<ThreadPool>,
}

impl Lanes {
    fn run(&self, job: Job) {
        // A job that cannot be queued is dropped, and its caller told by the closed channel.
        let _ = self
            .jobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .send(job);
    }
}

/// The lanes of this process, started on first use.
fn lanes() -> &'static Lanes {
    static LANES: OnceLock<Lanes> = OnceLock::new();
    LANES.get_or_init(|| {
        let (jobs, queue) = channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        let lane = |nth: usize| {
            let pool = ThreadPoolBuilder::new()
                .num_threads(1)
                .thread_name(move |_| format!("lane-{nth}"))
                .build()
                .ok()?;
            let queue = queue.clone();
            pool.spawn(move || {
                loop {
                    let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(job) = job else { return };
                    // A lane outlives a job that panics; the job's caller sees a closed channel.
                    let _ = catch_unwind(AssertUnwindSafe(job));
                }
            });
            Some(pool)
        };
        // Fewer lanes serve as well; without any, callers see closed channels.
        let threads = (0..cores).filter_map(lane).collect();
        Lanes {
            jobs: Mutex::new(jobs),
            threads,
        }
    })
}
