import NIOSSL

/// A self-signed certificate for `localhost` and `127.0.0.1`, made for these tests and used nowhere else.
enum LocalCertificate {
    static func server() throws -> NIOSSLContext {
        let certificate = try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(certificate)],
                privateKey: .privateKey(key)
            )
        )
    }

    /// Trusts this certificate and no other.
    static func client() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates([try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem)])
        return configuration
    }

    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBnDCCAUGgAwIBAgIUNpNQcW0tErQhfvLcFi+F/dXhC8UwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzA4MDAzNloYDzIxMjYxMDMw
        MDgwMDM2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAARAFnrpwykzMobY6DHIIuMHUfrUhLDt8iQTt1hH1zittxxk0eo8s7Wm
        qW4O4+AIZP+89V4MAlcEy81ChRmnvf0Ao28wbTAdBgNVHQ4EFgQUgQyNgxJDHAaL
        I3AwbooY8gROY9AwHwYDVR0jBBgwFoAUgQyNgxJDHAaLI3AwbooY8gROY9AwDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSQAwRgIhAP6UJEB5Afz62A+gQVhJutmEkTUVORiUlSgnHIb/PVsMAiEA
        wJMDnkfPpc0CAPXa/hLNDivRgnf0X6FbwSLyqQ5RD8M=
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQggpDkkrJGpOXObkqR
        d1jGOmDCCre60wUcg2lZnlKMSEehRANCAARAFnrpwykzMobY6DHIIuMHUfrUhLDt
        8iQTt1hH1zittxxk0eo8s7WmqW4O4+AIZP+89V4MAlcEy81ChRmnvf0A
        -----END PRIVATE KEY-----
        """
}
