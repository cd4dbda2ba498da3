package io.kubejar.apimachinery.cel.library;

import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.StructTypeReference;
import io.kubejar.apimachinery.cel.value.OpaqueValue;
import io.kubejar.apimachinery.cel.value.OptionalValue;
import io.kubejar.apimachinery.cel.value.PlainList;
import io.kubejar.apimachinery.cel.value.Value;
import io.kubejar.apimachinery.format.Formats;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Formats with a name: `format.dns1123Label().validate('x')` yields the faults, if any.
public final class NamedFormats {
  private static final String NAME = "kubernetes.NamedFormat";
  private static final CelType TYPE = StructTypeReference.create(NAME);
  private static final Pattern UUID =
      Pattern.compile("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}");
  private static final Pattern BASE64 =
      Pattern.compile(
          "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})");
  private static final Pattern DATE_TIME =
      Pattern.compile(
          "\\d{4}-\\d{2}-\\d{2}[Tt"
              + " ]([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d+)?([Zz]|[+-]\\d{2}:?\\d{2})?");
  private static final Map<String, Format> FORMATS = formats();

  private NamedFormats() {}

  /// Says what is wrong with a text.
  private interface Check {
    List<String> faults(String text);
  }

  /// @param maxRegexSize what its check is taken to cost, as the length of a regular expression
  record Format(String name, int maxRegexSize, Check check) implements OpaqueValue {
    @Override
    public String typeName() {
      return NAME;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Map<String, Format> formats() {
    var formats = new LinkedHashMap<String, Format>();
    formats.put("dns1123Label", new Format("DNS1123Label", 30, Formats::dns1123Label));
    formats.put("dns1123Subdomain", new Format("DNS1123Subdomain", 60, Formats::dns1123Subdomain));
    formats.put("dns1035Label", new Format("DNS1035Label", 30, Formats::dns1035Label));
    formats.put("qualifiedName", new Format("QualifiedName", 60, Formats::labelKey));
    formats.put(
        "dns1123LabelPrefix", new Format("DNS1123LabelPrefix", 30, prefix(Formats::dns1123Label)));
    formats.put(
        "dns1123SubdomainPrefix",
        new Format("DNS1123SubdomainPrefix", 60, prefix(Formats::dns1123Subdomain)));
    formats.put(
        "dns1035LabelPrefix", new Format("DNS1035LabelPrefix", 30, prefix(Formats::dns1035Label)));
    formats.put("labelValue", new Format("LabelValue", 40, Formats::labelValue));
    formats.put("uri", new Format("URI", 2083, NamedFormats::uri));
    formats.put("uuid", new Format("uuid", 132, pattern(UUID, "does not match the UUID format")));
    formats.put("byte", new Format("byte", 92, pattern(BASE64, "invalid base64")));
    formats.put("date", new Format("date", 100, NamedFormats::date));
    formats.put("datetime", new Format("datetime", 100, pattern(DATE_TIME, "invalid datetime")));
    return Map.copyOf(formats);
  }

  public static Library library() {
    var functions = new ArrayList<Function>();
    FORMATS.forEach(
        (name, format) ->
            functions.add(
                Function.of(
                    "format." + name,
                    Overload.global("format." + name, TYPE, List.of(), _ -> format))));
    functions.add(
        Function.of(
            "format.named",
            Overload.global(
                "format-named",
                OptionalType.create(TYPE),
                List.of(STRING),
                a -> new OptionalValue(FORMATS.get(Texts.text(a[0]))))));
    functions.add(
        Function.of(
            "validate",
            Overload.member(
                "format-validate",
                OptionalType.create(ListType.create(STRING)),
                List.of(TYPE, STRING),
                NamedFormats::validate)));
    return new Library(functions, List.of());
  }

  private static Value validate(Value[] arguments) {
    var faults = ((Format) arguments[0]).check().faults(Texts.text(arguments[1]));
    return faults.isEmpty() ? OptionalValue.NONE : OptionalValue.of(PlainList.ofTexts(faults));
  }

  /// A prefix may end in a dash, which a whole name may not.
  private static Check prefix(Check whole) {
    return text ->
        whole.faults(
            text.length() > 1 && text.endsWith("-")
                ? text.substring(0, text.length() - 1) + "a"
                : text);
  }

  private static Check pattern(Pattern pattern, String fault) {
    return text -> pattern.matcher(text).matches() ? List.of() : List.of(fault);
  }

  private static List<String> uri(String text) {
    var fault = Urls.fault(text);
    return fault.isEmpty() ? List.of() : List.of(fault);
  }

  private static List<String> date(String text) {
    try {
      return text.length() == 10 && LocalDate.parse(text).getYear() >= 0
          ? List.of()
          : List.of("invalid date");
    } catch (DateTimeException _) {
      return List.of("invalid date");
    }
  }
}
