package io.kubejar.http;

import io.kubejar.http.tls.TlsContexts;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// The server's side of TLS, made anew when the source has new material.
final class ServerTls {
  /// Begins TLS on a connection.
  interface Starter {
    SslHandler handler(ByteBufAllocator buffers);
  }

  private record Made(TlsMaterial from, Starter starter) {}

  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
  private static final List<String> HTTP_VERSIONS =
      List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);

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

  /// The HTTP version that a finished handshake agreed on.
  static String httpVersion(SslHandler ssl) {
    var agreed = ssl.applicationProtocol();
    if (agreed == null) {
      agreed = ssl.engine().getApplicationProtocol();
    }
    return agreed == null || agreed.isEmpty() ? ApplicationProtocolNames.HTTP_1_1 : agreed;
  }

  @SuppressWarnings("ReferenceEquality") // As the source promises; comparing keys would cost.
  Starter starter() throws SSLException {
    var material = source.current();
    var last = made;
    if (last != null && last.from() == material) {
      return last.starter();
    }
    var fresh = new Made(material, OpenSsl.isAvailable() ? openSsl(material) : jdk(material));
    made = fresh;
    return fresh.starter();
  }

  /// By the JDK alone. (Netty's own way to the JDK's TLS reads the system's trusted authorities
  /// first, which nobody needs here, and which costs a good part of a start.)
  private Starter jdk(TlsMaterial material) throws SSLException {
    if (material.key() == null) {
      throw new SSLException("a server needs a certificate");
    }
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {TlsContexts.keyManager(TlsSource.fixed(material))},
          new TrustManager[] {new AnyClient()},
          null);
      var parameters = parameters(context);
      return buffers -> {
        var engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters);
        return new SslHandler(engine);
      };
    } catch (GeneralSecurityException e) {
      throw new SSLException("the server's certificate cannot be used", e);
    }
  }

  private SSLParameters parameters(SSLContext context) {
    var supported = List.of(context.getSupportedSSLParameters().getCipherSuites());
    var parameters = new SSLParameters();
    parameters.setProtocols(PROTOCOLS.toArray(String[]::new));
    parameters.setCipherSuites(
        Stream.concat(
                Stream.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"),
                Http2SecurityUtil.CIPHERS.stream())
            .distinct()
            .filter(supported::contains)
            .toArray(String[]::new));
    parameters.setApplicationProtocols(HTTP_VERSIONS.toArray(String[]::new));
    parameters.setWantClientAuth(askForClientCertificate);
    return parameters;
  }

  private Starter openSsl(TlsMaterial material) throws SSLException {
    if (material.key() == null) {
      throw new SSLException("a server needs a certificate");
    }
    var builder =
        SslContextBuilder.forServer(new OpenSslCachingX509KeyManagerFactory(new OneKey(material)))
            // Collected like any object once the last connection of it is gone.
            .sslProvider(SslProvider.OPENSSL)
            .protocols(PROTOCOLS)
            .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    HTTP_VERSIONS));
    if (askForClientCertificate) {
      builder.clientAuth(ClientAuth.OPTIONAL).trustManager(new AnyClient());
    }
    var context = builder.build();
    return context::newHandler;
  }

  /// Hands out the key as it is. (Netty's own way puts it into a key store, whose encryption takes
  /// a fifth of a start.)
  private static final class OneKey extends SimpleKeyManagerFactory {
    private final KeyManager manager;

    OneKey(TlsMaterial material) {
      manager = TlsContexts.keyManager(TlsSource.fixed(material));
    }

    @Override
    protected void engineInit(KeyStore store, char[] password) {}

    @Override
    protected void engineInit(ManagerFactoryParameters parameters) {}

    @Override
    protected KeyManager[] engineGetKeyManagers() {
      return new KeyManager[] {manager};
    }
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
