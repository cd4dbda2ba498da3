package io.kubejar.apimachinery.validation;

import io.kubejar.apimachinery.format.Formats;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a webhook may be addressed: by URL or by Service, with the certificates to trust.
public final class WebhookChecks {
  private static final String FORM = "; desired format: https://host[/path]";
  private static final int HIGHEST_PORT = 65535;

  private WebhookChecks() {}

  public static List<FieldError> url(FieldPath path, String url) {
    var errors = new ArrayList<FieldError>();
    try {
      url(path, new URI(url), errors);
    } catch (URISyntaxException wrong) {
      errors.add(
          FieldError.required(
              path.text(),
              "url must be a valid URL: parse \"" + url + "\": " + wrong.getReason() + FORM));
    }
    return errors;
  }

  private static void url(FieldPath path, URI url, List<FieldError> errors) {
    var scheme = url.getScheme() == null ? "" : url.getScheme();
    if (!scheme.equalsIgnoreCase("https")) {
      invalid(errors, path, scheme, "'https' is the only allowed URL scheme" + FORM);
    }
    if (url.getRawAuthority() == null) {
      invalid(errors, path, "", "host must be specified" + FORM);
    }
    if (url.getRawUserInfo() != null) {
      invalid(errors, path, url.getRawUserInfo(), "user information is not permitted in the URL");
    }
    if (url.getRawFragment() != null && !url.getRawFragment().isEmpty()) {
      invalid(errors, path, url.getFragment(), "fragments are not permitted in the URL");
    }
    if (url.getRawQuery() != null && !url.getRawQuery().isEmpty()) {
      invalid(errors, path, url.getRawQuery(), "query parameters are not permitted in the URL");
    }
  }

  /// @param urlPath null if the service has none
  public static List<FieldError> service(
      FieldPath path, String namespace, String name, @Nullable String urlPath, long port) {
    var errors = new ArrayList<FieldError>();
    if (name.isEmpty()) {
      errors.add(FieldError.required(path.child("name").text(), ""));
    }
    if (namespace.isEmpty()) {
      errors.add(FieldError.required(path.child("namespace").text(), ""));
    }
    if (port < 1 || port > HIGHEST_PORT) {
      var wrong = String.join(", ", Formats.portNumber((int) port));
      invalid(errors, path.child("port"), port, "port is not valid: " + wrong);
    }
    if (urlPath != null && !urlPath.isEmpty() && !urlPath.equals("/")) {
      servicePath(path.child("path"), urlPath, errors);
    }
    return errors;
  }

  private static void servicePath(FieldPath path, String urlPath, List<FieldError> errors) {
    if (urlPath.equals("//")) {
      invalid(errors, path, urlPath, "segment[0] may not be empty");
      return;
    }
    if (!urlPath.startsWith("/")) {
      invalid(errors, path, urlPath, "must start with a '/'");
    }
    var inside = urlPath.substring(1);
    var segments =
        (inside.endsWith("/") ? inside.substring(0, inside.length() - 1) : inside).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      if (segments[i].isEmpty()) {
        invalid(errors, path, urlPath, "segment[" + i + "] may not be empty");
        continue;
      }
      for (var wrong : Formats.dns1123Subdomain(segments[i])) {
        invalid(errors, path, urlPath, "segment[" + i + "]: " + wrong);
      }
    }
  }

  /// @param bundle PEM
  public static List<FieldError> caBundle(FieldPath path, byte[] bundle) {
    var problem = caProblem(bundle);
    return problem == null
        ? List.of()
        : List.of(
            FieldError.invalid(
                path.text(),
                Base64.getEncoder().encodeToString(bundle),
                "unable to load root certificates: " + problem));
  }

  private static @Nullable String caProblem(byte[] bundle) {
    if (!new String(bundle, StandardCharsets.ISO_8859_1).contains("-----BEGIN ")) {
      return "unable to parse bytes as PEM block";
    }
    try {
      var found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bundle));
      return found.isEmpty() ? "no valid certificate authority data seen" : null;
    } catch (CertificateException wrong) {
      return "failed to parse certificate: " + wrong.getMessage();
    }
  }

  private static void invalid(
      List<FieldError> errors, FieldPath path, Object value, String detail) {
    errors.add(FieldError.invalid(path.text(), value, detail));
  }
}
