public import NIOCore

/// Runs tasks on an event loop's own thread, so that awaiting the loop's channels costs no change of threads.
///
/// What runs here holds up the loop's other channels: it must be short, and must not block.
public final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    public init(_ loop: any EventLoop) { self.loop = loop }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
