package io.kubejar.apimachinery.schedule;

import static io.kubejar.apimachinery.GoText.quoted;

import io.kubejar.apimachinery.format.GoDuration;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/// When something happens again and again. Read as robfig/cron v3 reads its standard form, which is
/// what upstream uses: five fields, a word such as `@hourly`, or `@every 90m`; in front of them may
/// stand `TZ=` or `CRON_TZ=` with a time zone.
public sealed interface Schedule permits CronFields, Schedule.Every {

  /// The first moment after this one, in whole seconds. Empty if there is none within five years,
  /// as for the 31st of February.
  Optional<Instant> next(Instant after);

  /// Reads a schedule whose fields mean UTC unless it says otherwise.
  ///
  /// @throws ScheduleFormatException if it is none
  static Schedule parse(String text) {
    if (text.isEmpty()) {
      throw new ScheduleFormatException("empty spec string");
    }
    if (!text.startsWith("TZ=") && !text.startsWith("CRON_TZ=")) {
      return parse(text, ZoneOffset.UTC);
    }
    int space = text.indexOf(' ');
    if (space < 0) {
      // Upstream's parser panics here, and the text of the panic is what users see.
      throw new ScheduleFormatException(
          "invalid schedule format: runtime error: slice bounds out of range [:-1]");
    }
    var name = text.substring(text.indexOf('=') + 1, space);
    var zone =
        TimeZones.find(name)
            .orElseThrow(
                () ->
                    new ScheduleFormatException(
                        "provided bad location " + name + ": unknown time zone " + name));
    return parse(text.substring(space).strip(), zone);
  }

  /// Reads a schedule that names no time zone itself.
  ///
  /// @param zone in which its fields are meant
  /// @throws ScheduleFormatException if it is none
  static Schedule parse(String text, ZoneId zone) {
    if (!text.startsWith("@")) {
      return CronFields.parse(text, zone);
    }
    return switch (text) {
      case "@yearly", "@annually" -> CronFields.parse("0 0 1 1 *", zone);
      case "@monthly" -> CronFields.parse("0 0 1 * *", zone);
      case "@weekly" -> CronFields.parse("0 0 * * 0", zone);
      case "@daily", "@midnight" -> CronFields.parse("0 0 * * *", zone);
      case "@hourly" -> CronFields.parse("0 * * * *", zone);
      default -> Every.parse(text);
    };
  }

  /// The same time after the last one, whatever the clock on the wall says.
  ///
  /// @param period in whole seconds, at least one
  record Every(Duration period) implements Schedule {
    private static final String WORD = "@every ";
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    public Every {
      period = Duration.ofSeconds(Math.max(SHORTEST.toSeconds(), period.toSeconds()));
    }

    @Override
    public Optional<Instant> next(Instant after) {
      return Optional.of(Instant.ofEpochSecond(after.getEpochSecond()).plus(period));
    }

    private static Every parse(String text) {
      if (!text.startsWith(WORD)) {
        throw new ScheduleFormatException("unrecognized descriptor: " + text);
      }
      var period = text.substring(WORD.length());
      try {
        return new Every(GoDuration.parse(period));
      } catch (IllegalArgumentException _) {
        throw new ScheduleFormatException(
            "failed to parse duration " + text + ": time: invalid duration " + quoted(period));
      }
    }
  }
}
