package io.kubejar.apiserver.webhook;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.http.Headers;
import io.kubejar.http.KeepAliveClient;
import io.kubejar.http.UpgradeClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/// Posts JSON to webhooks. It speaks HTTP/1.1, as upstream does with webhooks: many connections
/// spread over many endpoints better than one of HTTP/2.
///
/// Redirects are not followed. A request may arrive twice if a kept connection dies.
public final class WebhookClient implements AutoCloseable {
  /// Upstream's limit for what a webhook may answer.
  private static final int ANSWER_BYTES_MAX = 3 << 20;

  private static final int IDLE_MAX = 200;
  private static final int IDLE_PER_TARGET_MAX = 25;
  private static final Duration IDLE_FOR = Duration.ofSeconds(90);
  private static final String USER_AGENT = "kube-apiserver-admission";
  private static final GroupResource NO_RESOURCE = new GroupResource("", "");

  private final ServiceResolver services;
  private final Clock clock;
  private final Predicate<String> silent;
  private final Trust trust = new Trust();
  private final KeepAliveClient client;

  /// @param clock measures the time that webhooks may take
  public WebhookClient(ServiceResolver services, Clock clock) {
    this(services, clock, _ -> false);
  }

  /// @param silent which URLs are not called at all, as if they had not answered in time
  public WebhookClient(ServiceResolver services, Clock clock, Predicate<String> silent) {
    this.services = services;
    this.silent = silent;
    this.clock = clock;
    client =
        new KeepAliveClient(
            new KeepAliveClient.Bounds(ANSWER_BYTES_MAX, IDLE_MAX, IDLE_PER_TARGET_MAX, IDLE_FOR),
            clock);
  }

  /// Posts the body and waits for the body of a good answer.
  ///
  /// @param timeout for everything from the connection to the answer's end; the webhook is told
  /// @throws WebhookFailure if there was no answer in time or it was an HTTP error
  public byte[] post(WebhookTarget target, byte[] json, Duration timeout)
      throws WebhookFailure, InterruptedException {
    return post(target, json, timeout, timeout);
  }

  /// The same for a caller who may not have that much time. It is interrupted then.
  ///
  /// @param told the time that the webhook hears of
  public byte[] post(WebhookTarget target, byte[] json, Duration timeout, Duration told)
      throws WebhookFailure, InterruptedException {
    var address = address(target);
    var uri = address + "?timeout=" + seconds(told) + "s";
    if (silent.test(address)) {
      throw new WebhookFailure(
          "Post \"" + uri + "\": " + DialErrors.DEADLINE, new SocketTimeoutException());
    }
    var late = new AtomicBoolean();
    try {
      var answer = send(target, URI.create(uri), json, timeout, late);
      if (answer.status() / 100 != 2) {
        throw new WebhookFailure(refused(answer));
      }
      return answer.body();
    } catch (IOException failure) {
      if (Thread.interrupted()) { // Which closes the socket that a virtual thread waits for.
        throw new InterruptedException();
      }
      var text = late.get() ? DialErrors.DEADLINE : DialErrors.text(failure);
      throw new WebhookFailure("Post \"" + uri + "\": " + text, failure);
    } catch (ApiException unresolved) {
      throw new WebhookFailure("Post \"" + uri + "\": " + unresolved.getMessage(), unresolved);
    }
  }

  private KeepAliveClient.Answer send(
      WebhookTarget target, URI uri, byte[] json, Duration timeout, AtomicBoolean late)
      throws IOException {
    var request =
        new UpgradeClient.Request(
            "POST", uri.getRawPath() + "?" + uri.getRawQuery(), headers(target, uri));
    var peer = peer(target, uri, timeout);
    var call = client.call(peer, request, json);
    var alarm =
        clock.schedule(
            timeout,
            () -> {
              late.set(true);
              call.abort();
            });
    try {
      return call.answer();
    } catch (SocketTimeoutException slow) {
      late.set(true);
      throw slow;
    } catch (ConnectException | NoRouteToHostException unreachable) {
      throw DialErrors.to((InetSocketAddress) peer.address(), unreachable);
    } finally {
      alarm.cancel();
    }
  }

  private static Headers headers(WebhookTarget target, URI uri) {
    var common =
        Headers.of(
            "Host",
            uri.getRawAuthority(),
            "User-Agent",
            USER_AGENT,
            "Accept",
            "application/json, */*",
            "Content-Type",
            "application/json");
    return switch (target) {
      case WebhookTarget.OfService _, WebhookTarget.OfUrl _ -> common;
      case WebhookTarget.Configured configured -> {
        var all = common;
        for (var field : configured.headers().get().fields()) {
          all = all.replacing(field.name(), field.value());
        }
        yield all;
      }
    };
  }

  private UpgradeClient.Target peer(WebhookTarget target, URI uri, Duration timeout)
      throws IOException {
    return switch (target) {
      case WebhookTarget.OfService service ->
          UpgradeClient.Target.tls(
              services.resolve(service.namespace(), service.name(), service.port()),
              trust.of(service.caBundle()),
              service.host(),
              timeout);
      case WebhookTarget.OfUrl url ->
          UpgradeClient.Target.tls(located(uri), trust.of(url.caBundle()), host(uri), timeout);
      case WebhookTarget.Configured configured ->
          uri.getScheme().equals("http")
              ? UpgradeClient.Target.plain(located(uri), timeout)
              : UpgradeClient.Target.tls(located(uri), configured.tls(), host(uri), timeout);
    };
  }

  private static InetSocketAddress located(URI uri) {
    int standard = uri.getScheme().equals("http") ? 80 : WebhookTarget.DEFAULT_PORT;
    return InetSocketAddress.createUnresolved(
        host(uri), uri.getPort() < 0 ? standard : uri.getPort());
  }

  private static String host(URI uri) {
    var host = uri.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /// The target's address without a query, in one normal form.
  private static String address(WebhookTarget target) throws WebhookFailure {
    return switch (target) {
      case WebhookTarget.OfService service ->
          "https://" + service.host() + ":" + service.port() + cleaned(service.path());
      case WebhookTarget.OfUrl url -> withoutQuery(url.url());
      case WebhookTarget.Configured configured -> withoutQuery(configured.url());
    };
  }

  private static String withoutQuery(String url) throws WebhookFailure {
    try {
      var uri = URI.create(url);
      if (uri.getHost() == null || uri.getScheme() == null) {
        throw new WebhookFailure("Unparsable URL: " + url, null);
      }
      var path = uri.getRawPath() == null ? "" : uri.getRawPath();
      return uri.getScheme() + "://" + uri.getRawAuthority() + cleaned(path);
    } catch (IllegalArgumentException malformed) {
      throw new WebhookFailure("Unparsable URL: " + malformed.getMessage(), malformed);
    }
  }

  private static String cleaned(String path) {
    var rooted = path.startsWith("/") ? path : "/" + path;
    return rooted.length() > 1 && rooted.endsWith("/")
        ? rooted.substring(0, rooted.length() - 1)
        : rooted;
  }

  private static long seconds(Duration timeout) {
    return timeout.plusNanos(999_999_999).toSeconds();
  }

  /// What the webhook says went wrong, if it says it in a [Status]; else what its code means.
  private static ApiException refused(KeepAliveClient.Answer answer) {
    var body = new String(answer.body(), StandardCharsets.UTF_8);
    if (answer.headers().firstOr("Content-Type", "").startsWith("application/json")) {
      try {
        var status = Status.CODEC.fromJson(answer.body());
        if (status.status().equals("Failure") && !status.message().isEmpty()) {
          return new ApiException(status.withCode(answer.status()));
        }
      } catch (JsonFormatException _) {
        return ApiException.fromAnswer(answer.status(), "POST", NO_RESOURCE, "", body);
      }
    }
    return ApiException.fromAnswer(answer.status(), "POST", NO_RESOURCE, "", body);
  }

  @Override
  public void close() {
    client.close();
  }
}
