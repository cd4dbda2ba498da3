package io.kubejar.kubelet.probe;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.HTTPGetAction;
import io.kubejar.apimachinery.IntOrString;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// One GET to a container, over a connection of its own: nothing is shared between two tries, and
/// no certificate is checked.
public final class HttpProbe {
  private static final int LINE_BYTES_MAX = 16 * 1024;
  private static final SSLContext TRUSTING = trusting();

  private HttpProbe() {}

  /// The number of a port that may be given by the name it has in the container; 0 if there is
  /// none.
  static int port(Container container, IntOrString port) {
    if (port.isInt()) {
      return port.intValue();
    }
    String name = port.toString();
    return container.ports().stream()
        .filter(one -> one.name().equals(name))
        .map(one -> one.containerPort())
        .findFirst()
        .orElse(port.intValue());
  }

  /// A probe's GET: passes with a status from 200 to 399.
  public static ProbeResult get(
      Container container, HTTPGetAction action, String podIp, Duration limit) {
    var answer = exchange(action, new Place(container, podIp), limit, "probe");
    if (answer.failure().isEmpty() && (answer.status() < 200 || answer.status() >= 400)) {
      return ProbeResult.failed("HTTP probe failed with statuscode: " + answer.status());
    }
    return answer.result();
  }

  /// A lifecycle hook's GET: whatever the status, the container has heard it.
  public static ProbeResult call(
      Container container, HTTPGetAction action, String podIp, Duration limit) {
    return exchange(action, new Place(container, podIp), limit, "lifecycle").result();
  }

  private record Place(Container container, String podIp) {}

  /// @param failure why there is no status; empty if there is one
  private record Answer(int status, String failure) {
    ProbeResult result() {
      return failure.isEmpty() ? new ProbeResult(true, "") : ProbeResult.failed(failure);
    }
  }

  private static Answer exchange(
      HTTPGetAction action, Place place, Duration limit, String purpose) {
    String host = action.host().isEmpty() ? place.podIp() : action.host();
    boolean tls = action.scheme().equals("HTTPS");
    int port = port(place.container(), action.port());
    String path = action.path().isEmpty() ? "/" : action.path();
    path = path.startsWith("/") ? path : "/" + path;
    String shown = host.contains(":") ? "[" + host + "]" : host;
    String url = (tls ? "https" : "http") + "://" + shown + ":" + port + path;
    try (var socket = connect(host, port, tls, limit)) {
      socket.getOutputStream().write(request(action, path, shown + ":" + port, purpose));
      socket.getOutputStream().flush();
      return answer(new BufferedInputStream(socket.getInputStream()));
    } catch (SocketTimeoutException e) {
      return new Answer(
          0,
          "Get \""
              + url
              + "\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
    } catch (IOException e) {
      return new Answer(
          0, "Get \"" + url + "\": dial tcp " + shown + ":" + port + ": " + TcpProbe.words(e));
    }
  }

  private static byte[] request(HTTPGetAction action, String path, String host, String purpose) {
    var out = new StringBuilder("GET ").append(path).append(" HTTP/1.1\r\n");
    boolean hasHost = false;
    boolean hasAgent = false;
    boolean hasAccept = false;
    for (var header : action.httpHeaders()) {
      hasHost |= header.name().equalsIgnoreCase("Host");
      hasAgent |= header.name().equalsIgnoreCase("User-Agent");
      hasAccept |= header.name().equalsIgnoreCase("Accept");
      out.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    out.append(hasHost ? "" : "Host: " + host + "\r\n");
    out.append(hasAgent ? "" : "User-Agent: kube-" + purpose + "/1.36\r\n");
    out.append(hasAccept ? "" : "Accept: */*\r\n");
    out.append("Connection: close\r\n\r\n");
    return out.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Answer answer(InputStream in) throws IOException {
    String status = line(in);
    String[] words = status.split(" ", 3);
    int code;
    try {
      code = words.length < 2 ? 0 : Integer.parseInt(words[1]);
    } catch (NumberFormatException e) {
      code = 0;
    }
    return new Answer(code, code == 0 ? "malformed HTTP response \"" + status + "\"" : "");
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n' && line.length() < LINE_BYTES_MAX; b = in.read()) {
      line.append((char) b);
    }
    if (line.isEmpty()) {
      throw new IOException("EOF");
    }
    return line.toString().strip();
  }

  private static Socket connect(String host, int port, boolean tls, Duration limit)
      throws IOException {
    int millis = Math.toIntExact(Math.max(1, limit.toMillis()));
    var plain = new Socket();
    try {
      plain.connect(new InetSocketAddress(host, port), millis);
      plain.setSoTimeout(millis);
      if (!tls) {
        return plain;
      }
      var secure = (SSLSocket) TRUSTING.getSocketFactory().createSocket(plain, host, port, true);
      secure.startHandshake();
      return secure;
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  private static SSLContext trusting() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  /// A probe asks whether the container answers, not who it is: as upstream.
  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
