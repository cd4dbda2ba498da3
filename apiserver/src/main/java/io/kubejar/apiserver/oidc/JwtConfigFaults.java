package io.kubejar.apiserver.oidc;

import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.oidc.JwtConfig.Issuer;
import io.kubejar.apiserver.oidc.JwtConfig.Mapping;
import io.kubejar.apiserver.oidc.JwtConfig.Rule;
import io.kubejar.http.pki.Pem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What is wrong with the identity providers of a configuration file, in upstream's words. What
/// expressions are about is found when they are compiled.
final class JwtConfigFaults {
  private final List<FieldError> faults = new ArrayList<>();

  private JwtConfigFaults() {}

  /// @param disallowed issuers whose tokens are judged otherwise
  static List<FieldError> of(List<JwtConfig> all, Set<String> disallowed) {
    var found = new JwtConfigFaults();
    var urls = new HashSet<String>();
    var discoveries = new HashSet<String>();
    for (int i = 0; i < all.size(); i++) {
      var path = "jwt[" + i + "]";
      var issuer = all.get(i).issuer();
      found.issuer(path + ".issuer", issuer, disallowed);
      found.claimRules(path + ".claimValidationRules", all.get(i).claimValidationRules());
      found.mappings(path + ".claimMappings", all.get(i).claimMappings());
      found.userRules(path + ".userValidationRules", all.get(i).userValidationRules());
      found.unique(urls, path + ".issuer.url", issuer.url());
      if (!issuer.discoveryUrl().isEmpty()) {
        found.unique(discoveries, path + ".issuer.discoveryURL", issuer.discoveryUrl());
      }
    }
    return found.faults;
  }

  private void issuer(String path, Issuer issuer, Set<String> disallowed) {
    if (issuer.url().isEmpty()) {
      faults.add(FieldError.required(path + ".url", ""));
    } else {
      url(path + ".url", issuer.url(), disallowed);
    }
    discovery(path + ".discoveryURL", issuer);
    audiences(path, issuer);
    if (!issuer.certificateAuthority().isEmpty() && !isBundle(issuer.certificateAuthority())) {
      invalid(
          path + ".certificateAuthority",
          "<omitted>",
          "data does not contain any valid RSA or ECDSA certificates");
    }
    if (!issuer.egressSelectorType().isEmpty()) {
      invalid(
          path + ".egressSelectorType",
          issuer.egressSelectorType(),
          "egress selection is not supported");
    }
  }

  private void discovery(String path, Issuer issuer) {
    var url = issuer.discoveryUrl();
    if (url.isEmpty()) {
      return;
    }
    if (!issuer.url().isEmpty() && trimmed(issuer.url()).equals(trimmed(url))) {
      invalid(path, url, "discoveryURL must be different from URL");
    }
    url(path, url, Set.of());
  }

  private static String trimmed(String url) {
    return url.replaceAll("/+$", "");
  }

  private void url(String path, String url, Set<String> disallowed) {
    if (disallowed.contains(url)) {
      invalid(path, url, "URL must not overlap with disallowed issuers: " + disallowed);
    }
    try {
      var parsed = new URI(url);
      if (!"https".equals(parsed.getScheme())) {
        invalid(path, url, "URL scheme must be https");
      }
      if (parsed.getUserInfo() != null) {
        invalid(path, url, "URL must not contain a username or password");
      }
      if (parsed.getRawQuery() != null && !parsed.getRawQuery().isEmpty()) {
        invalid(path, url, "URL must not contain a query");
      }
      if (parsed.getRawFragment() != null && !parsed.getRawFragment().isEmpty()) {
        invalid(path, url, "URL must not contain a fragment");
      }
    } catch (URISyntaxException malformed) {
      invalid(path, url, String.valueOf(malformed.getMessage()));
    }
  }

  private void audiences(String path, Issuer issuer) {
    var audiences = issuer.audiences();
    var policy = issuer.audienceMatchPolicy();
    if (audiences.isEmpty()) {
      var field = path + ".audiences";
      faults.add(FieldError.required(field, "at least one " + field + " is required"));
      return;
    }
    var seen = new HashSet<String>();
    for (int i = 0; i < audiences.size(); i++) {
      var field = path + ".audiences[" + i + "]";
      if (audiences.get(i).isEmpty()) {
        faults.add(FieldError.required(field, ""));
      }
      unique(seen, field, audiences.get(i));
    }
    boolean any = policy.equals("MatchAny");
    if (audiences.size() > 1 && !any) {
      invalid(
          path + ".audienceMatchPolicy",
          policy,
          "audienceMatchPolicy must be MatchAny for multiple audiences");
    }
    if (audiences.size() == 1 && !policy.isEmpty() && !any) {
      invalid(
          path + ".audienceMatchPolicy",
          policy,
          "audienceMatchPolicy must be empty or MatchAny for single audience");
    }
  }

  private static boolean isBundle(String pem) {
    try {
      return !Pem.certificates(pem).isEmpty();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private void claimRules(String path, List<Rule> rules) {
    var claims = new HashSet<String>();
    var expressions = new HashSet<String>();
    for (int i = 0; i < rules.size(); i++) {
      var rule = rules.get(i);
      var field = path + "[" + i + "]";
      if (!rule.claim().isEmpty() && !rule.expression().isEmpty()) {
        invalid(field, rule.claim(), "claim and expression can't both be set");
      } else if (!rule.claim().isEmpty()) {
        if (!rule.message().isEmpty()) {
          invalid(field + ".message", rule.message(), "may not be specified when claim is set");
        }
        unique(claims, field + ".claim", rule.claim());
      } else if (rule.expression().isEmpty()) {
        faults.add(FieldError.required(field, "claim or expression is required"));
      } else {
        if (!rule.requiredValue().isEmpty()) {
          invalid(
              field + ".requiredValue",
              rule.requiredValue(),
              "may not be specified when expression is set");
        }
        unique(expressions, field + ".expression", rule.expression());
      }
    }
  }

  private void mappings(String path, JwtConfig.Mappings mappings) {
    mapping(path + ".username", mappings.username(), true);
    mapping(path + ".groups", mappings.groups(), false);
    var uid = mappings.uid();
    if (!uid.claim().isEmpty() && !uid.expression().isEmpty()) {
      invalid(path + ".uid", "", "claim and expression can't both be set");
    }
    var keys = new HashSet<String>();
    for (int i = 0; i < mappings.extra().size(); i++) {
      var extra = mappings.extra().get(i);
      var field = path + ".extra[" + i + "]";
      key(field + ".key", extra.key());
      unique(keys, field + ".key", extra.key());
      if (extra.valueExpression().isEmpty()) {
        faults.add(FieldError.required(field + ".valueExpression", "valueExpression is required"));
      }
    }
  }

  private void key(String field, String key) {
    int slash = key.indexOf('/');
    if (slash <= 0 || slash == key.length() - 1) {
      invalid(field, key, "must be a domain-prefixed path (such as \"acme.io/foo\")");
      return;
    }
    if (!key.equals(key.toLowerCase(Locale.ROOT))) {
      invalid(field, key, "must be lowercase");
    }
    var domain = key.substring(0, slash);
    if (("." + domain).endsWith(".k8s.io") || ("." + domain).endsWith(".kubernetes.io")) {
      invalid(
          field, key, "k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use");
    }
  }

  private void mapping(String field, Mapping mapping, boolean required) {
    boolean claim = !mapping.claim().isEmpty();
    boolean expression = !mapping.expression().isEmpty();
    if (claim && expression) {
      invalid(field, "", "claim and expression can't both be set");
    } else if (expression && mapping.prefix() != null) {
      invalid(field + ".prefix", mapping.prefix(), "may not be specified when expression is set");
    } else if (claim && mapping.prefix() == null) {
      faults.add(
          FieldError.required(
              field + ".prefix",
              "prefix is required when claim is set. It can be set to an empty string to disable"
                  + " prefixing"));
    } else if (!claim && !expression && required) {
      faults.add(FieldError.required(field, "claim or expression is required"));
    }
  }

  private void userRules(String path, List<Rule> rules) {
    var expressions = new HashSet<String>();
    for (int i = 0; i < rules.size(); i++) {
      var field = path + "[" + i + "].expression";
      if (rules.get(i).expression().isEmpty()) {
        faults.add(FieldError.required(field, ""));
      } else {
        unique(expressions, field, rules.get(i).expression());
      }
    }
  }

  private void unique(Set<String> seen, String field, String value) {
    if (!seen.add(value)) {
      faults.add(FieldError.duplicate(field, value));
    }
  }

  private void invalid(String field, String value, String why) {
    faults.add(FieldError.invalid(field, value, why));
  }
}
