package io.kubejar.standalone;

import io.kubejar.apimachinery.format.GoDuration;
import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.apiserver.authn.AnonymousAccess;
import io.kubejar.apiserver.authn.AuthenticatingProxy;
import io.kubejar.apiserver.authn.TokenWebhook;
import io.kubejar.apiserver.webhook.WebhookKubeconfig;
import io.kubejar.http.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Who may come in besides the cluster's own users, and who decides what they may do. The names of
/// the options are those of kube-apiserver.
final class AccessChoice {
  @Option(
      names = "--authentication-config",
      paramLabel = "FILE",
      description = "an AuthenticationConfiguration; followed while the cluster runs")
  private @Nullable Path authentication;

  @Option(
      names = "--authorization-config",
      paramLabel = "FILE",
      description = "an AuthorizationConfiguration; followed while the cluster runs")
  private @Nullable Path authorization;

  @Option(
      names = "--anonymous-auth",
      paramLabel = "BOOL",
      arity = "1",
      description = "let strangers in everywhere or nowhere (default: health and version only)")
  private @Nullable Boolean anonymous;

  @Option(
      names = "--authentication-token-webhook-config-file",
      paramLabel = "FILE",
      description = "a kubeconfig that says who is asked about tokens that nobody here knows")
  private @Nullable Path tokenWebhook;

  @Option(
      names = "--authentication-token-webhook-version",
      paramLabel = "VERSION",
      description = "of the TokenReview that it understands (default: v1beta1)")
  private String tokenWebhookVersion = TokenWebhook.DEFAULT_VERSION;

  @Option(
      names = "--authentication-token-webhook-cache-ttl",
      paramLabel = "DURATION",
      description = "how long its answers are remembered (default: 2m)")
  private String tokenWebhookTtl = "2m";

  @Option(
      names = "--requestheader-client-ca-file",
      paramLabel = "FILE",
      description = "who signs the certificates of proxies that say who a user is")
  private @Nullable Path proxyAuthority;

  @Option(
      names = "--requestheader-allowed-names",
      paramLabel = "NAME",
      split = ",",
      description = "common names of such proxies (default: all)")
  private List<String> proxyNames = List.of();

  void check() {
    if (authentication != null) {
      text(authentication);
    }
    if (tokenWebhook != null) {
      WebhookKubeconfig.target(tokenWebhook);
      webhook(tokenWebhook);
    }
    if (authorization != null) {
      text(authorization);
    }
    if (proxyAuthority != null) {
      authorities(proxyAuthority);
    }
  }

  ApiServerOptions apply(ApiServerOptions options) {
    var how = options.authentication();
    if (anonymous != null) {
      how =
          how.withAnonymous(anonymous ? new AnonymousAccess.Always() : new AnonymousAccess.Never());
    }
    if (authentication != null) {
      how = how.withFile(authentication);
    }
    if (tokenWebhook != null) {
      how = how.withWebhook(webhook(tokenWebhook));
    }
    if (proxyAuthority != null) {
      how =
          how.withFrontProxy(
              AuthenticatingProxy.Config.of(authorities(proxyAuthority), proxyNames));
    }
    var changed = options.withAuthentication(how);
    return authorization == null ? changed : changed.withAuthorizationFile(authorization);
  }

  private TokenWebhook webhook(Path file) {
    try {
      return new TokenWebhook(file, tokenWebhookVersion, GoDuration.parse(tokenWebhookTtl));
    } catch (IllegalArgumentException unusable) {
      throw CommandFailure.usage(String.valueOf(unusable.getMessage()));
    }
  }

  private static List<X509Certificate> authorities(Path file) {
    try {
      return Pem.certificates(text(file));
    } catch (IllegalArgumentException unusable) {
      throw CommandFailure.because(file + " has no certificates: " + unusable.getMessage());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw CommandFailure.because("cannot read " + file + ": " + unreadable);
    }
  }
}
