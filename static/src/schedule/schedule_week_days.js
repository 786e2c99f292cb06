import { registry } from "@web/core/registry";
import { WeekDays, weekDays } from "@web/views/widgets/week_days/week_days";

const NAMES = {
    sun: "sunday",
    mon: "monday",
    tue: "tuesday",
    wed: "wednesday",
    thu: "thursday",
    fri: "friday",
    sat: "saturday",
};

/** The days of the week to choose from, in the order of the user's week. */
class ChosenWeekDays extends WeekDays {
    static template = "crm_workflow.ScheduleWeekDays";
    static prefix = "";

    get weekdays() {
        return super.weekdays.map((day) => this.constructor.prefix + NAMES[day]);
    }
}

/** The widget for seven fields whose names begin alike. */
function weekDaysWith(prefix) {
    return {
        ...weekDays,
        component: class extends ChosenWeekDays {
            static prefix = prefix;
        },
        fieldDependencies: weekDays.fieldDependencies.map((field) => ({
            ...field,
            name: prefix + NAMES[field.name],
        })),
    };
}

registry
    .category("view_widgets")
    .add("workflow_week_days", weekDaysWith("schedule_"))
    .add("workflow_until_week_days", weekDaysWith("until_weekday_"));
