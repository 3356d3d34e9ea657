/// What the broker's host serves besides the API: symbol masters, and the page where a user consents to a login.
extension Simulation {
    /// Nil for what does not exist.
    func page(_ path: String, _ query: [(String, String)]) -> Answer.Action? {
        passTime()
        if path.hasPrefix("OAuthlogin/") { return consent(query) }
        return exchange.master(path, at: now).map { .raw(status: 200, type: "application/zip", $0) }
    }

    /// The user is taken to have logged in and agreed: the code goes to `redirect_uri`, or is shown.
    private func consent(_ query: [(String, String)]) -> Answer.Action {
        func value(_ name: String) -> String? { query.first { $0.0 == name }?.1 }
        let client = value("client_id") ?? value("api_key") ?? ""
        guard let account = exchange.accounts.firstIndex(where: { $0.vendorCode == client }) else {
            return page(status: 400, "There is no client_id of that name.")
        }
        let code = exchange.issueCode(for: account, at: now)
        guard let address = value("redirect_uri") else { return page(status: 200, "code=\(code)") }
        return .redirect(address + (address.contains("?") ? "&" : "?") + "code=\(code)")
    }

    private func page(status: Int, _ text: String) -> Answer.Action {
        .raw(status: status, type: "text/html; charset=utf-8", Array("<!doctype html><p>\(text)</p>\n".utf8))
    }
}
