public import NIOCore

extension EventLoop {
    /// Returns when `time` is over, or soon after its task is cancelled. Runs on the loop's own timers: for a task on that
    /// loop it costs no other thread's work, and leaves nothing behind when it is cancelled.
    public func sleep(_ time: TimeAmount) async {
        let alarm = scheduleTask(in: time) {}
        await withTaskCancellationHandler {
            try? await alarm.futureResult.get()
        } onCancel: {
            alarm.cancel()
        }
    }
}
