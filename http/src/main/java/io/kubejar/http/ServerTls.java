package io.kubejar.http;

import io.kubejar.http.tls.TlsContexts;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// The server's side of TLS, made anew when the source has new material.
final class ServerTls {
  private record Made(TlsMaterial from, SslContext context) {}

  private final TlsSource source;
  private final boolean askForClientCertificate;
  private volatile @Nullable Made made;

  ServerTls(TlsSource source, boolean askForClientCertificate) {
    this.source = source;
    this.askForClientCertificate = askForClientCertificate;
  }

  TlsSource source() {
    return source;
  }

  @SuppressWarnings("ReferenceEquality") // As the source promises; comparing keys would cost.
  SslContext context() throws SSLException {
    var material = source.current();
    var last = made;
    if (last != null && last.from() == material) {
      return last.context();
    }
    var fresh = new Made(material, build(material));
    made = fresh;
    return fresh.context();
  }

  private SslContext build(TlsMaterial material) throws SSLException {
    var key = material.key();
    if (key == null) {
      throw new SSLException("a server needs a certificate");
    }
    boolean openSsl = OpenSsl.isAvailable();
    var builder =
        openSsl
            ? SslContextBuilder.forServer(key.key(), key.chain().toArray(X509Certificate[]::new))
            : SslContextBuilder.forServer(TlsContexts.keyManager(TlsSource.fixed(material)));
    builder
        // Collected like any object once the last connection of it is gone.
        .sslProvider(openSsl ? SslProvider.OPENSSL : SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2")
        .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2,
                ApplicationProtocolNames.HTTP_1_1));
    if (askForClientCertificate) {
      builder.clientAuth(ClientAuth.OPTIONAL).trustManager(new AnyClient());
    }
    return builder.build();
  }

  /// Lets every client certificate through the handshake: [Peer#certificates] decides which of them
  /// count.
  private static final class AnyClient extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
