-- Makes a session with Extrema on the stereo track "Wet", and prints its latency.
-- FOLDER NAME, then any of: LABEL=VALUE, LABEL@SECONDS:VALUE,SECONDS:VALUE..., and "dry" for a second
-- track whose polarity is inverted.
local folder, name = arg[1], arg[2]
AudioEngine:set_backend ("None (Dummy)", "", "")
AudioEngine:set_sample_rate (48000)
assert (create_session (folder, name, 48000), "no session")

local function track (title)
	local made
	local order = ARDOUR.PresentationInfo.max_order
	local mode = ARDOUR.TrackMode.Normal
	for route in Session:new_audio_track (2, 2, nil, 1, title, order, mode, true):iter () do
		made = route
	end
	return assert (made, "no track")
end

local wet = track ("Wet")
local found
for info in ARDOUR.LuaAPI.list_plugins ():iter () do
	if info.type == ARDOUR.PluginType.VST3 and info.name == "Extrema" then
		found = info
	end
end
assert (found, "Ardour has not found Extrema")
local made = ARDOUR.LuaAPI.new_plugin (Session, found.unique_id, ARDOUR.PluginType.VST3, "")
assert (wet:add_processor_by_index (made, 0, nil, true) == 0, "Extrema does not fit the track")
local processor = wet:nth_plugin (0)
local plugin = processor:to_insert ():plugin (0)

local index = {}
for i = 0, plugin:parameter_count () - 1 do
	index[plugin:parameter_label (i)] = i
end

for i = 3, #arg do
	local label, value = arg[i]:match ("^([%a ]+)=(.+)$")
	local automated, points = arg[i]:match ("^([%a ]+)@(.+)$")
	if label then
		assert (index[label], label)
		assert (ARDOUR.LuaAPI.set_processor_param (processor, index[label], tonumber (value)), label)
	elseif automated then
		local number = assert (index[automated], automated)
		local _, list = ARDOUR.LuaAPI.plugin_automation (processor, number)
		list:clear_list ()
		for seconds, level in points:gmatch ("([^:,]+):([^,]+)") do
			list:add (Temporal.timepos_t (math.floor (tonumber (seconds) * 48000)), tonumber (level), false, true)
		end
		local parameter = Evoral.Parameter (ARDOUR.AutomationType.PluginAutomation, 0, number)
		local control = processor:to_automatable ():automation_control (parameter, false)
		control:set_automation_state (ARDOUR.AutoState.Play)
	elseif arg[i] == "dry" then
		local phase = track ("Dry"):phase_control ()
		phase:set_phase_invert (0, true)
		phase:set_phase_invert (1, true)
	else
		error ("what is " .. arg[i] .. "?")
	end
end

-- The audio thread applies values and polarity; saved before that, they would be the old ones.
sleep (1)
print ("latency", processor:to_insert ():signal_latency ())
Session:save_state ("", false, false, false, false, false)
close_session ()
quit ()
