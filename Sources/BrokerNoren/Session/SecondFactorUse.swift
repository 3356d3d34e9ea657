import Trading

/// Which one-time codes were given away: brokers take each once, and too many wrong ones block the account.
struct SecondFactorUse: Sendable {
    enum Code: Equatable {
        case code(String)
        /// The code of this half minute was given away before; another comes soon.
        case used
        case unreadableSecret
    }

    /// The step whose code was given away last.
    var lastStep: UInt64?
    private(set) var refusals = 0

    /// The code to log in with now. A one-time code counts as used from here on, whatever becomes of the login.
    mutating func take(_ factor: QuickAuthLogin.SecondFactor, at now: Timestamp) -> Code {
        switch factor {
        case .fixed(let code): return .code(code)
        case .totp(let base32):
            guard let secret = OneTimePassword.secret(base32: base32) else { return .unreadableSecret }
            let step = OneTimePassword.step(atSecond: now.milliseconds / 1000)
            guard lastStep.map({ step > $0 || $0 > step + 20 }) ?? true else { return .used }
            lastStep = step
            return .code(OneTimePassword.code(secret: secret, step: step))
        }
    }

    /// The code has not left this machine: it is as good as new.
    mutating func giveBack() { lastStep = nil }

    mutating func accepted() { refusals = 0 }

    /// Whether a refused one-time code may be followed by the next one: once.
    mutating func mayTryAgain(_ factor: QuickAuthLogin.SecondFactor, refusedWith text: String) -> Bool {
        guard case .totp = factor, text.lowercased().contains("invalid otp") else { return false }
        refusals += 1
        return refusals == 1
    }
}
