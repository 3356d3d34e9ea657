/// What can go wrong in a world. Each seed draws the ones that do.
enum Fault: String, CaseIterable, Sendable {
    // Placing and cancelling
    case lostRequest, lostReply, hungReply, slowReply, badGateway, serverTimeout, refused, noByteLeft, lateArrival
    case lostCancel, refusedCancel
    case lostChange, refusedChange
    // Questions about contracts
    case missingQuote, unknownLimit
    // Push
    case missingPush, repeatedPush, reorderedPush, unreadablePush, socketDrop
    // Books
    case staleBook, laggingBook, truncatedBook, emptyBook, failingBook, hungBook, slowBook
    // Session
    case sessionKill, unreachable
    // Market, and people at the broker's own app
    case dayLoss, partialFill, lateFill, lateRejection, manualOrder, manualCancel, manualResize, foreignTag, outpriced
    // Store
    case busyStore, failedCommit, hungCommit, slowCommit
    // Process and machine
    case crash, clockJump, slowClock, gracefulStop, standby
    // Senders and operators
    case repeatedAlert, reorderedAlert, operatorCancel, operatorHalt, operatorChange, wrongClient
}
